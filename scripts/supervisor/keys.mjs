import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { keysFile } from '../provision/paths.mjs';

/** Keys of demo mode: random, created once per state folder, in a file only its owner can read. */
export function loadKeys() {
  if (existsSync(keysFile)) return JSON.parse(readFileSync(keysFile, 'utf8'));
  const keys = {
    mode: 'demo',
    rootKey: randomBytes(32).toString('base64'),
    codecKey: randomBytes(32).toString('base64'),
    sealing: sealingPair(),
    database: { admin: word(), serve: word(), upkeep: word(), migrate: word() },
    controlToken: word(),
    procore: { clientId: randomBytes(32).toString('hex'), clientSecret: randomBytes(32).toString('hex') },
    restoreEpoch: word(),
    tenants: {},
  };
  saveKeys(keys);
  return keys;
}

export function saveKeys(keys) {
  writeFileSync(`${keysFile}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${keysFile}.new`, keysFile);
}

const word = () => randomBytes(24).toString('base64url');

/** Raw X25519 keys in base64, as RFC 9180 requires. */
function sealingPair() {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const raw = (key) => Buffer.from(key, 'base64url').toString('base64');
  const jwk = privateKey.export({ format: 'jwk' });
  return { publicKey: raw(publicKey.export({ format: 'jwk' }).x), privateKey: raw(jwk.d) };
}
