import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { generateKey } from '../../shared/security/keys.ts';
import { oneCodecKey, payloadCodec } from '../../shared/security/payload-codec.ts';
import { codecApp, listen } from '../../worker/codec-server.ts';

const { Payloads } = proto.temporal.api.common.v1;
const uiOrigin = 'http://localhost:8233';
const keys = oneCodecKey('1', generateKey());
let server: Server;
let url = '';

beforeAll(async () => {
  server = await listen(codecApp({ origins: [uiOrigin], codecOf: (namespace) => payloadCodec(namespace, keys) }), 0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/codec`; // a TCP server's address
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const call = (path: string, body: unknown, headers: Record<string, string> = { origin: uiOrigin }): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const plain = Payloads.fromObject({ payloads: [defaultPayloadConverter.toPayload({ stepId: 'verifyPartner' })] }).toJSON();

test('what the UI encodes, the worker’s codec opens, and the UI decodes again', async () => {
  const encoded = await call('/encode?preserveStorageRefs=true', plain);
  expect(encoded.status).toBe(200);
  expect(encoded.headers.get('access-control-allow-origin')).toBe(uiOrigin);
  const sealed = await encoded.json();
  const [opened] = await payloadCodec('default', keys).decode(Payloads.fromObject(sealed).payloads);
  expect(opened && defaultPayloadConverter.fromPayload(opened)).toEqual({ stepId: 'verifyPartner' });
  expect(await (await call('/decode', sealed)).json()).toEqual(plain);
});

test('another namespace’s payload stays closed', async () => {
  const sealed = await (await call('/encode', plain, { origin: uiOrigin, 'x-namespace': 'other' })).json();
  const decoded = await (await call('/decode', sealed)).json();
  expect(JSON.stringify(decoded)).not.toEqual(JSON.stringify(plain));
});

test.each([['http://127.0.0.1:8233'], ['http://evil.example'], ['null']])(
  'the origin %s is refused, whatever it asks',
  async (other) => {
    const answer = await call('/decode', plain, { origin: other });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  },
);

test('a call without an origin is refused', async () => {
  expect((await call('/decode', plain, {})).status).toBe(403);
});

test('a preflight is answered, for a private network too', async () => {
  const headers = { origin: uiOrigin, 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' };
  const answer = await fetch(`${url}/decode`, { method: 'OPTIONS', headers });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-headers')).toContain('x-namespace');
  expect(answer.headers.get('access-control-allow-private-network')).toBe('true');
});

const repeated = (text: string, times: number): string => Array.from({ length: times }, () => text).join('');
const nested = (open: string, close: string, depth: number): string => `${repeated(open, depth)}1${repeated(close, depth)}`;
const one = (payload: unknown) => ({ payloads: [payload] });

describe.each(['/encode', '/decode'])('%s', (path) => {
  test.each<readonly [string, unknown, string]>([
    ['no JSON', '{', 'body'],
    ['text', '"text"', 'body'],
    ['a list', '[]', 'body'],
    ['null', 'null', 'body'],
    ['a bare word', 'undefined', 'body'],
    ['lists without end', nested('[', ']', 20_000), 'body'],
    ['UTF-16', Buffer.from('{"payloads": []}', 'utf16le').toString('latin1'), 'body'],
    ['payloads that are no list', { payloads: 'x' }, 'payloads'],
    ['payloads of null', { payloads: null }, 'payloads'],
    ['too many payloads', { payloads: Array.from({ length: 2001 }, () => ({})) }, 'payloads'],
    ['a payload that is a list', one([]), 'payloads.0'],
    ['a payload of null', one(null), 'payloads.0'],
    ['bytes that are no base64', one({ data: '***' }), 'payloads.0.data'],
    ['bytes that are a number', one({ data: 7 }), 'payloads.0.data'],
    ['bytes with a NUL', one({ data: 'YWJj\0' }), 'payloads.0.data'],
    ['metadata that is a list', one({ metadata: ['json/plain'] }), 'payloads.0.metadata'],
    ['metadata that is no base64', one({ metadata: { encoding: 'json/plain!' } }), 'payloads.0.metadata.encoding'],
    ['metadata without end', `{"payloads":[{"metadata":${nested('{"a":', '}', 5000)}}]}`, 'payloads.0.metadata.a'],
  ])('%s is refused with a code and the field', async (_name, sent, field) => {
    const answer = await call(path, sent);
    expect([answer.status, await answer.json()]).toEqual([400, { code: 'malformed', field }]);
  });

  test('more than a mebibyte is refused with a code', async () => {
    const answer = await call(path, one({ data: 'A'.repeat(1_100_000) }));
    expect([answer.status, await answer.json()]).toEqual([413, { code: 'too-large', field: 'body' }]);
  });

  test('what is malformed is never shown again', async () => {
    const answer = await call(path, '{"payloads": [{"data": "a-secret-of-somebody"}');
    expect(await answer.text()).not.toContain('a-secret');
  });

  test('another method, or another address below it, is answered with a code', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(`${url}${path}`, { method, headers: { origin: uiOrigin } });
      expect([answer.status, await answer.json()]).toEqual([404, { code: 'not-found' }]);
    }
    expect((await call(`${path}/%C3%28`, {})).status).toBe(404);
  });
});

test('no payloads at all are none, and the endpoint still serves', async () => {
  for (const body of [{}, { payloads: [] }]) expect(await (await call('/decode', body)).json()).toEqual({});
  expect((await call('/encode', plain)).status).toBe(200);
});
