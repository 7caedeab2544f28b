import type { KeyObject } from 'node:crypto';
import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { closeBox } from '../../shared/security/boxing.ts';
import { generateBoxKeys } from '../../shared/security/keys.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';

/** HPKE base mode reckoned once more from RFC 9180 (sections 4, 4.1, 5.1) with Node's own primitives: another hand can open our boxes. */
const kem = Buffer.from('KEM\x00\x20', 'latin1'); // X25519 with HKDF-SHA256
const hpke = Buffer.from('HPKE\x00\x20\x00\x01\x00\x02', 'latin1'); // the same, HKDF-SHA256, AES-256-GCM
const none = Buffer.alloc(0);

const hmac = (key: Buffer, ...parts: Buffer[]): Buffer => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const extract = (salt: Buffer, suite: Buffer, label: string, input: Buffer): Buffer =>
  hmac(salt.length > 0 ? salt : Buffer.alloc(32), Buffer.from('HPKE-v1'), suite, Buffer.from(label), input);
const expand = (key: Buffer, suite: Buffer, label: string, context: Buffer, length: number): Buffer =>
  hmac(key, Buffer.of(0, length), Buffer.from('HPKE-v1'), suite, Buffer.from(label), context, Buffer.of(1)).subarray(0, length);

function openByHand(privateKey: string, box: Buffer, info: string, associated: Buffer): string {
  const [keyId, enc, sealed] = [box.subarray(1, 9), box.subarray(9, 41), box.subarray(41)];
  expect(keyId).toHaveLength(8);
  const own: KeyObject = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), Buffer.from(privateKey, 'base64')]),
    format: 'der',
    type: 'pkcs8',
  });
  const ownPublic = Buffer.from(createPublicKey(own).export({ format: 'jwk' }).x ?? '', 'base64url');
  const theirs = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: enc.toString('base64url') }, format: 'jwk' });
  const shared = diffieHellman({ privateKey: own, publicKey: theirs });
  const secret = expand(extract(none, kem, 'eae_prk', shared), kem, 'shared_secret', Buffer.concat([enc, ownPublic]), 32);
  const context = Buffer.concat([
    Buffer.of(0),
    extract(none, hpke, 'psk_id_hash', none),
    extract(none, hpke, 'info_hash', Buffer.from(info)),
  ]);
  const schedule = extract(secret, hpke, 'secret', none);
  const decipher = createDecipheriv(
    'aes-256-gcm',
    expand(schedule, hpke, 'key', context, 32),
    expand(schedule, hpke, 'base_nonce', context, 12),
  );
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
}

test('a box is plain RFC 9180: it opens by the letter of the RFC without the library', async () => {
  const keys = generateBoxKeys();
  const box = await closeBox(keys.publicKey, places.credential('tenant-a', 'row-1'), secretOf('a client secret'));
  const associated = Buffer.from(JSON.stringify(['box', 'tenant-a', 'row-1', 'credential', box.subarray(1, 9).toString('hex')]));
  expect(openByHand(keys.privateKey, box, 'groundwork box 1', associated)).toBe('a client secret');
});
