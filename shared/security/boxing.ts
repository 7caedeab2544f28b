import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { fingerprint, keyBytes, publicHalf } from './keys.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import type { Place } from './places.ts';
import { boundTo } from './places.ts';
import { SealingError } from './sealing.ts';
import type { Secret } from './secret.ts';
import { revealSecret, secretOf } from './secret.ts';

/**
 * The API's sealed box (RFC 9180, base mode; X25519, HKDF-SHA256, AES-256-GCM): closed with a public key, which cannot open it.
 * Bytes: 0x13 (format and version), fingerprint of the public key (8), encapsulated key (32), content.
 */
const boxFormat = 0x13;
const keyIdBytes = 8;
const encapsulatedBytes = 32;
const contentAt = 1 + keyIdBytes + encapsulatedBytes;
const purposeOfBox = new TextEncoder().encode('groundwork box 1');

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** `publicKey`: 32 bytes in base64 (`SEALING_PUBLIC_KEY`). */
export async function closeBox(publicKey: string, place: Place, secret: Secret): Promise<Buffer> {
  const raw = keyBytes(publicKey);
  const keyId = fingerprint(raw);
  const recipientPublicKey = await suite.kem.deserializePublicKey(exact(raw));
  const sender = await suite.createSenderContext({ recipientPublicKey, info: exact(purposeOfBox) });
  const content = await sender.seal(
    exact(Buffer.from(onBehalfOf(place.tenantId, () => revealSecret(secret)))),
    exact(boundTo('box', place, keyId.toString('hex'))),
  );
  return Buffer.concat([Buffer.of(boxFormat), keyId, Buffer.from(sender.enc), Buffer.from(content)]);
}

/** `privateKey`: 32 bytes in base64 (`SEALING_PRIVATE_KEY`), which only the worker holds. */
export async function openBox(privateKey: string, place: Place, box: Uint8Array): Promise<Secret> {
  const what = `${place.purpose} in a box`;
  if (!isBox(box) || box.length < contentAt) throw new SealingError('malformed', what);
  const raw = keyBytes(privateKey);
  const keyId = Buffer.from(box.subarray(1, 1 + keyIdBytes));
  if (!keyId.equals(fingerprint(publicHalf(raw)))) throw new SealingError('other-key', what);
  const recipientKey = await suite.kem.deserializePrivateKey(exact(raw));
  const enc = exact(box.subarray(1 + keyIdBytes, contentAt));
  try {
    const recipient = await suite.createRecipientContext({ recipientKey, enc, info: exact(purposeOfBox) });
    const content = await recipient.open(exact(box.subarray(contentAt)), exact(boundTo('box', place, keyId.toString('hex'))));
    return onBehalfOf(place.tenantId, () => secretOf(Buffer.from(content).toString()));
  } catch {
    throw new SealingError('refused', what);
  }
}

export const isBox = (bytes: Uint8Array): boolean => bytes[0] === boxFormat;

/** The library takes whole buffers; ours may be views of a larger one. */
const exact = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
