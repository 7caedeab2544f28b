import { expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { messages, unsealedMarker } from '../../shared/domain/messages.ts';
import { careInput, onboardingInput, projectSyncInput } from '../../shared/domain/workflow-inputs.ts';
import { generateKey } from '../../shared/security/keys.ts';
import { isSealed, oneCodecKey, payloadCodec } from '../../shared/security/payload-codec.ts';

const keys = oneCodecKey('1', generateKey());
const codec = payloadCodec('default', keys);
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const contentOf = (payload: Payload | undefined): unknown => payload && defaultPayloadConverter.fromPayload(payload);
const opened = async (payload: Payload, by = codec): Promise<unknown> => contentOf((await by.decode([payload]))[0]);

async function sealed(value: unknown, by = codec): Promise<Payload> {
  const [payload] = await by.encode([payloadOf(value)]);
  if (payload === undefined) throw new Error('nothing came out');
  return payload;
}

test('what was sealed opens to the same, whatever it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (made) => {
      const value: unknown = JSON.parse(JSON.stringify(made)); // JSON has no -0
      expect(await opened(await sealed(value))).toEqual(value);
    }),
  );
  expect(await opened(await sealed(undefined))).toBeUndefined();
});

test('nothing of the text, its type or its length class is readable, and two seals of one text differ', async () => {
  const [one, other] = [await sealed({ note: 'ownership' }), await sealed({ note: 'ownership' })];
  expect(Buffer.from(one.data ?? []).includes('ownership')).toBe(false);
  expect(Buffer.from(one.data ?? []).equals(Buffer.from(other.data ?? []))).toBe(false);
  expect(Object.keys(one.metadata ?? {}).sort()).toEqual(['encoding', 'key-id']);
  expect(isSealed(one)).toBe(true);
});

test.each([
  ['plain JSON', payloadOf({ stepId: 'verifyCredentials' })],
  ['nothing at all', {}],
  ['a null payload', payloadOf(undefined)],
  ['bytes', { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('x') }],
  [
    'a claim to be sealed without content',
    { metadata: { encoding: Buffer.from('binary/groundwork-sealed'), 'key-id': Buffer.from('1') } },
  ],
  [
    'another product’s seal',
    { metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('1') }, data: Buffer.alloc(64) },
  ],
])('%s decodes to the marker', async (_name, payload) => {
  expect(await opened(payload)).toEqual(unsealedMarker);
});

test('a payload of another namespace, key or key id, or with any byte changed, decodes to the marker', async () => {
  const payload = await sealed({ stepId: 'verifyCredentials' });
  expect(await opened(payload, payloadCodec('other', keys))).toEqual(unsealedMarker);
  expect(await opened(payload, payloadCodec('default', oneCodecKey('1', generateKey())))).toEqual(unsealedMarker);
  expect(await opened(payload, payloadCodec('default', oneCodecKey('2', generateKey())))).toEqual(unsealedMarker);
  const bytes = Buffer.from(payload.data ?? []);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(await opened({ ...payload, data: changed })).toEqual(unsealedMarker);
  }
});

test('decoding never throws, whatever comes', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const metadata = fc.dictionary(fc.constantFrom('encoding', 'key-id', 'messageType'), bytes);
  await fc.assert(
    fc.asyncProperty(fc.record({ metadata, data: bytes }, { requiredKeys: [] }), async (payload) => {
      expect(await opened(payload)).toEqual(unsealedMarker);
    }),
  );
});

test('the marker is refused by the schema of every message and every workflow', () => {
  const schemas = [...Object.values(messages), onboardingInput, careInput, projectSyncInput];
  for (const schema of schemas) expect(schema.safeParse(unsealedMarker).success).toBe(false);
});

test('a payload sealed under a former key still opens after the keys were changed', async () => {
  const payload = await sealed('from before');
  const next = oneCodecKey('2', generateKey());
  const both = payloadCodec('default', { current: '2', keys: new Map([...keys.keys, ...next.keys]) });
  expect(await opened(payload, both)).toBe('from before');
  expect(Buffer.from((await sealed('now', both)).metadata?.['key-id'] ?? []).toString()).toBe('2');
});

test('a key that is missing or of another length is refused at once', () => {
  expect(() => payloadCodec('default', { current: '1', keys: new Map() })).toThrow('32 bytes');
  expect(() => payloadCodec('default', oneCodecKey('1', Buffer.alloc(16, 1).toString('base64')))).toThrow('32 bytes');
});
