import { createSecretKey, randomBytes } from 'node:crypto';
import { aesOverheadBytes, decrypt, encrypt } from './aes.ts';
import type { RootKey, RootKeys, TenantKey } from './keys.ts';
import { fingerprint } from './keys.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import type { Place } from './places.ts';
import { boundTo } from './places.ts';
import type { Secret } from './secret.ts';
import { revealSecret, secretOf } from './secret.ts';

/** `malformed`: not of this format; `other-key`: sealed under a key we lack; `refused`: another place, or changed bytes. */
export type SealingReason = 'malformed' | 'other-key' | 'refused';

export class SealingError extends Error {
  override readonly name = 'SealingError';
  readonly reason: SealingReason;

  constructor(reason: SealingReason, what: string) {
    super(`${what} does not open: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Two formats, both starting with a byte for format and version:
 * wrapped under a root key: 0x11, length of the root key's id, the id, AES of the content;
 * envelope of a row: 0x12, id of the tenant key (8 bytes), AES of the record key under the tenant key, AES of the content under
 * the record key. Both AES parts are bound to the place and the key's id.
 */
const wrappedFormat = 0x11;
const envelopeFormat = 0x12;
const tenantKeyIdBytes = 8;
const wrappedRecordKeyBytes = 32 + aesOverheadBytes;

export function wrapUnderRoot(root: RootKey, place: Place, content: Uint8Array): Buffer {
  const id = Buffer.from(root.id);
  return Buffer.concat([Buffer.of(wrappedFormat, id.length), id, encrypt(root.key, content, boundTo('root', place, root.id))]);
}

export function unwrapUnderRoot(roots: RootKeys, place: Place, wrapped: Uint8Array): Buffer {
  const what = `${place.purpose} under the root key`;
  const idBytes = wrapped[1] ?? 0;
  if (wrapped[0] !== wrappedFormat || wrapped.length < 2 + idBytes + aesOverheadBytes) throw new SealingError('malformed', what);
  const id = Buffer.from(wrapped.subarray(2, 2 + idBytes)).toString();
  const root = [roots.current, ...roots.former].find((candidate) => candidate.id === id);
  if (!root) throw new SealingError('other-key', what);
  const content = decrypt(root.key, wrapped.subarray(2 + idBytes), boundTo('root', place, id));
  if (!content) throw new SealingError('refused', what);
  return content;
}

const tenantKeyPlace = (tenantId: string): Place => ({ tenantId, rowId: tenantId, purpose: 'tenant-key' });

/** A new tenant key, wrapped for the tenant's row; destroying those bytes erases whatever was sealed under it. */
export const newTenantKey = (root: RootKey, tenantId: string): Buffer =>
  wrapUnderRoot(root, tenantKeyPlace(tenantId), randomBytes(32));

export function openTenantKey(roots: RootKeys, tenantId: string, wrapped: Uint8Array): TenantKey {
  const bytes = unwrapUnderRoot(roots, tenantKeyPlace(tenantId), wrapped);
  return { tenantId, id: fingerprint(bytes).toString('hex'), key: createSecretKey(bytes) };
}

/** Rotation of the root key: wraps the same tenant key under the current root key; what the tenant key sealed is unchanged. */
export function rewrapTenantKey(roots: RootKeys, tenantId: string, wrapped: Uint8Array): Buffer {
  const place = tenantKeyPlace(tenantId);
  return wrapUnderRoot(roots.current, place, unwrapUnderRoot(roots, place, wrapped));
}

/** Seals a row's secret under its own record key. */
export function sealSecret(tenantKey: TenantKey, place: Place, secret: Secret): Buffer {
  const recordKey = randomBytes(32);
  const associated = boundTo('record', ownPlace(tenantKey, place), tenantKey.id);
  return Buffer.concat([
    Buffer.of(envelopeFormat),
    Buffer.from(tenantKey.id, 'hex'),
    encrypt(tenantKey.key, recordKey, associated),
    encrypt(createSecretKey(recordKey), Buffer.from(revealSecret(secret)), associated),
  ]);
}

export function unsealSecret(tenantKey: TenantKey, place: Place, envelope: Uint8Array): Secret {
  const contentAt = 1 + tenantKeyIdBytes + wrappedRecordKeyBytes;
  if (!isEnvelope(envelope) || envelope.length < contentAt + aesOverheadBytes) throw new SealingError('malformed', place.purpose);
  const keyId = Buffer.from(envelope.subarray(1, 1 + tenantKeyIdBytes)).toString('hex');
  if (keyId !== tenantKey.id) throw new SealingError('other-key', place.purpose);
  const associated = boundTo('record', ownPlace(tenantKey, place), keyId);
  const recordKey = decrypt(tenantKey.key, envelope.subarray(1 + tenantKeyIdBytes, contentAt), associated);
  const content = recordKey && decrypt(createSecretKey(recordKey), envelope.subarray(contentAt), associated);
  if (!content) throw new SealingError('refused', place.purpose);
  return onBehalfOf(place.tenantId, () => secretOf(content.toString()));
}

export const isEnvelope = (bytes: Uint8Array): boolean => bytes[0] === envelopeFormat;

function ownPlace(tenantKey: TenantKey, place: Place): Place {
  if (place.tenantId !== tenantKey.tenantId) throw new SealingError('other-key', place.purpose);
  return place;
}
