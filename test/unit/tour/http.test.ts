import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { jsonClient } from '../../../scripts/tour/http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers those statuses in turn, the last one for ever; "now" may be asked again at once. */
async function answering(...statuses: readonly number[]): Promise<{ origin: string; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const status = statuses[Math.min(asked.length, statuses.length - 1)] ?? 200;
    asked.push(request.headers);
    response.writeHead(status, { 'retry-after': '0' }).end('{"said":true}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('told "not now", a patient client asks again under the same key until there is an answer', async () => {
  const { origin, asked } = await answering(503, 503, 201);
  expect(await jsonClient(origin, 'key', { waitOutMs: 30_000 }).post('/v1/onboardings', {})).toEqual({ said: true });
  const keys = asked.map((headers) => headers['idempotency-key']);
  expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
});

test.each([500, 409, 401])('%i is no "not now": it is told at once', async (status) => {
  const { origin, asked } = await answering(status, 200);
  await expect(jsonClient(origin, 'key', { waitOutMs: 30_000 }).get('/v1/connections')).rejects.toThrow(`answered ${status}`);
  expect(asked).toHaveLength(1);
});

test('without patience "not now" is told at once', async () => {
  const { origin } = await answering(503, 200);
  await expect(jsonClient(origin, 'key').get('/v1/connections')).rejects.toThrow('answered 503');
});
