import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

test.each([
  ['no JSON', '{', 400, 'malformed'],
  ['a wrong shape', { payloads: 'x' }, 400, 'malformed'],
  ['wrong bytes', { payloads: [{ data: '***' }] }, 400, 'malformed'],
  ['more than a mebibyte', { payloads: [{ data: 'A'.repeat(1_100_000) }] }, 413, 'too-large'],
])('%s is refused with a code', async (_name, body, status, code) => {
  const answer = await call('/encode', body);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
});
