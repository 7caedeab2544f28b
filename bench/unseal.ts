import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { generateKey, rootKey, rootKeys } from '../shared/security/keys.ts';
import { places } from '../shared/security/places.ts';
import { newTenantKey, openTenantKey, sealSecret, unsealSecret } from '../shared/security/sealing.ts';
import { revealSecret, secretOf } from '../shared/security/secret.ts';
import type { BenchResult } from './result.ts';
import { thisMachine } from './result.ts';
import { interleave } from './rounds.ts';

const gate = 500;
const text = 'a client secret of some sixty characters, as Procore gives it';

/** Opening one sealed secret. Ours: root → tenant → record key. Theirs: a key derived from a password on each read. */
export async function run(): Promise<BenchResult> {
  const { measured, speedRatio: ratio } = await interleave(6, { times: 2000, run: ours() }, { times: 10, run: theirs() });
  return { name: 'unseal', ratio, gate: `>= ${gate}`, ok: ratio >= gate, ...measured, machine: thisMachine() };
}

function ours(): () => void {
  const roots = rootKeys(rootKey('1', generateKey()));
  const place = places.credential('tenant', 'row');
  const wrapped = newTenantKey(roots.current, 'tenant');
  const sealed = sealSecret(openTenantKey(roots, 'tenant', wrapped), place, secretOf(text));
  return () => mustBe(revealSecret(unsealSecret(openTenantKey(roots, 'tenant', wrapped), place, sealed)));
}

function theirs(): () => void {
  const [password, salt, nonce] = [randomBytes(32), randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', scryptSync(password, salt, 32), nonce);
  const content = Buffer.concat([cipher.update(text), cipher.final()]);
  const tag = cipher.getAuthTag();
  return () => {
    const decipher = createDecipheriv('aes-256-gcm', scryptSync(password, salt, 32), nonce).setAuthTag(tag);
    mustBe(Buffer.concat([decipher.update(content), decipher.final()]).toString());
  };
}

function mustBe(opened: string): void {
  if (opened !== text) throw new Error('opened to something else');
}
