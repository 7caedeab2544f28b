import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';

/**
 * Keys are held in `KeyObject`s, which neither print nor serialise. root key (escrowed) → tenant key → record key; besides them
 * the key pair of the API's box, whose private half only the worker has.
 */
export interface RootKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The root key that wraps new keys, and former ones still needed to unwrap older keys. */
export interface RootKeys {
  readonly current: RootKey;
  readonly former: readonly RootKey[];
}

export interface TenantKey {
  readonly tenantId: string;
  /** Derived from the key: distinguishes a wrong key from damaged bytes, and reveals nothing else. */
  readonly id: string;
  readonly key: KeyObject;
}

/** `base64`: 32 bytes. */
export function rootKey(id: string, base64: string): RootKey {
  if (id.length === 0 || Buffer.byteLength(id) > 40) throw new Error('a key id has 1 to 40 bytes');
  return { id, key: createSecretKey(keyBytes(base64)) };
}

export const rootKeys = (current: RootKey, former: readonly RootKey[] = []): RootKeys => ({ current, former });

export function keyBytes(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 32) throw new Error('a key has 32 bytes in base64');
  return bytes;
}

/** 32 random bytes in base64: a root key or a codec key. */
export const generateKey = (): string => randomBytes(32).toString('base64');

/** An X25519 pair for the API's box, both halves 32 bytes in base64. */
export function generateBoxKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: toBase64(jwk.x), privateKey: toBase64(jwk.d) };
}

/** The public half of a raw X25519 private key. */
export function publicHalf(privateKey: Uint8Array): Buffer {
  // RFC 8410: the fixed prefix of an X25519 private key in PKCS 8
  const opening = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const key = createPrivateKey({ key: Buffer.concat([opening, privateKey]), format: 'der', type: 'pkcs8' });
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** First eight bytes of a key's fingerprint. */
export const fingerprint = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update('groundwork key id\0').update(bytes).digest().subarray(0, 8);

const toBase64 = (base64url: string | undefined): string => Buffer.from(base64url ?? '', 'base64url').toString('base64');
