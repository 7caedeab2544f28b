import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { unsealedMarker } from '../domain/messages.ts';
import { decrypt, encrypt } from './aes.ts';

/** Keys of 32 bytes by id. New payloads are sealed under `current`; older ids are kept as long as histories exist. */
export interface CodecKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** A key in base64 and its id. */
export interface CodecKey {
  readonly id: string;
  readonly key: string;
}

/** Seals under `current`, and also opens what was sealed under former keys, before a rotation. */
export const codecKeys = (current: CodecKey, former: readonly CodecKey[] = []): CodecKeys => ({
  current: current.id,
  keys: new Map([...former, current].map(({ id, key }) => [id, createSecretKey(Buffer.from(key, 'base64'))])),
});

/** The usual case: a single key, in base64. */
export const oneCodecKey = (id: string, key: string): CodecKeys => codecKeys({ id, key });

const encodingName = 'binary/groundwork-sealed';
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/**
 * AES-256-GCM over whole payloads. Namespace and key id are authenticated; the workflow id is not, because the UI's codec
 * endpoint never learns it. A payload that was not sealed by us, or does not open, decodes to `unsealedMarker`, which every
 * schema rejects: decoding never throws, as that would block the workflow for ever.
 */
export function payloadCodec(namespace: string, keys: CodecKeys): PayloadCodec {
  const currentKey = keys.keys.get(keys.current);
  if (currentKey === undefined || [...keys.keys.values()].some((key) => key.symmetricKeySize !== 32)) {
    throw new Error('the payload codec needs its current key, and every key has 32 bytes');
  }
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => seal(payload, namespace, keys.current, currentKey))),
    decode: (payloads) => Promise.resolve(payloads.map((payload) => open(payload, namespace, keys.keys))),
  };
}

/** Whether a payload claims to be sealed by us; does not say whether it opens. */
export const isSealed = (payload: Payload): boolean => metadataText(payload, 'encoding') === encodingName;

function seal(payload: Payload, namespace: string, keyId: string, key: KeyObject): Payload {
  const sealed = encrypt(key, PayloadMessage.encode(payload).finish(), boundTo(namespace, keyId));
  return { metadata: { encoding: utf8.encode(encodingName), 'key-id': utf8.encode(keyId) }, data: sealed };
}

function open(payload: Payload, namespace: string, keys: CodecKeys['keys']): Payload {
  try {
    const keyId = metadataText(payload, 'key-id');
    const key = keyId === undefined ? undefined : keys.get(keyId);
    if (!isSealed(payload) || keyId === undefined || key === undefined || !payload.data) return marker();
    const plain = decrypt(key, payload.data, boundTo(namespace, keyId));
    if (plain === undefined) return marker();
    const { metadata, data } = PayloadMessage.decode(plain);
    return { metadata, data };
  } catch {
    return marker();
  }
}

/** Length-prefixed, so that different pairs of namespace and key id never give the same bytes. */
const boundTo = (namespace: string, keyId: string): Buffer =>
  Buffer.from(`groundwork-payload|${namespace.length}|${namespace}|${keyId.length}|${keyId}`, 'utf8');

const marker = (): Payload => ({
  metadata: { encoding: utf8.encode('json/plain') },
  data: utf8.encode(JSON.stringify(unsealedMarker)),
});

function metadataText(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value instanceof Uint8Array ? fromUtf8.decode(value) : undefined;
}
