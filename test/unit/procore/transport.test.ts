import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createExchange } from '../../../shared/http/exchange.ts';
import { urlBelow } from '../../../shared/http/far-side-url.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aRead, aWrite, clientOf, faultOf } from './fixture.ts';

let farSide: FarSide;
const others: FarSide[] = [];
afterEach(async () => {
  await farSide?.close();
  for (const other of others.splice(0)) await other.close();
});

/** A port at which nobody listens (any more). */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a refused connection is surely not done', async () => {
  const fault = await faultOf(clientOf(`http://127.0.0.1:${await closedPort()}`).call(aWrite));
  expect(fault).toMatchObject({ kind: 'network', detail: { effect: 'surely-not-done' } });
});

test('a name that does not resolve is surely not done', async () => {
  const fault = await faultOf(clientOf('http://nowhere.invalid').call(aWrite));
  expect(fault).toMatchObject({ kind: 'network', detail: { effect: 'surely-not-done' } });
});

test('a far side that cannot do TLS is surely not done', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
  const fault = await faultOf(clientOf(farSide.origin.replace('http:', 'https:')).call(aWrite));
  expect(fault).toMatchObject({ kind: 'network', detail: { effect: 'surely-not-done' } });
  expect(farSide.received).toHaveLength(0);
});

describe.each([
  ['before an answer', 'none'],
  ['in the middle of an answer', 'half'],
])('a connection that is reset %s', (_when, how) => {
  test('is unknown to a write and network to a read', async () => {
    farSide = await startFarSide((response) => {
      if (how === 'half') response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"id"');
      response.socket?.resetAndDestroy();
    });
    const client = clientOf(farSide.origin);
    expect(await faultOf(client.call(aWrite))).toMatchObject({ kind: 'network', detail: { effect: 'unknown' } });
    expect(farSide.received).toHaveLength(1);
    const read = await faultOf(client.call(aRead));
    expect(read.kind).toBe('network');
    expect(read.detail.effect).toBeUndefined();
  });
});

test('a write without an answer within the deadline is unknown, and is sent once', async () => {
  farSide = await startFarSide(() => {});
  const fault = await faultOf(clientOf(farSide.origin, { timings: { httpDeadlineMs: 120, inlineWaitMs: 20_000 } }).call(aWrite));
  expect(fault).toMatchObject({ kind: 'time-out', detail: { effect: 'unknown' } });
  expect(farSide.received).toHaveLength(1);
});

test('an answer that trickles does not outlive the deadline', async () => {
  let timer: NodeJS.Timeout | undefined;
  farSide = await startFarSide((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  });
  const started = Date.now();
  const fault = await faultOf(clientOf(farSide.origin, { timings: { httpDeadlineMs: 150, inlineWaitMs: 0 } }).call(aRead));
  expect(fault.kind).toBe('time-out');
  expect(Date.now() - started).toBeLessThan(2000);
  clearInterval(timer);
});

test('an answer beyond the cap is not read on', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, `"${'x'.repeat(64 * 1024)}"`));
  const exchange = createExchange({ base: farSide.origin, deadlineMs: 2000, maxAnswerBytes: 1024 });
  await expect(exchange({ method: 'GET', path: '/', effect: 'read' })).rejects.toMatchObject({ kind: 'too-large', sent: true });
});

test.each([301, 302, 303, 307, 308])('a %i is not followed, so that no bearer reaches another origin', async (status) => {
  const trap = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
  others.push(trap);
  farSide = await startFarSide((response) => void response.writeHead(status, { location: `${trap.origin}/stolen` }).end());
  const client = clientOf(farSide.origin);
  expect(await faultOf(client.call(aRead))).toMatchObject({ kind: 'vendor-unavailable', detail: { status } });
  expect(await faultOf(client.call(aWrite))).toMatchObject({ kind: 'vendor-unavailable', detail: { status, effect: 'unknown' } });
  expect(trap.received).toHaveLength(0);
});

test('a proxy named in the environment is not used', async () => {
  const proxy = await startFarSide((response) => answerJson(response, 200, '{"id":"proxied"}'));
  others.push(proxy);
  farSide = await startFarSide((response) => answerJson(response, 200, '{"id":"direct"}'));
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = proxy.origin;
  try {
    const { value } = await clientOf(farSide.origin).call(aRead);
    expect(value).toEqual({ id: 'direct' });
    expect(proxy.received).toHaveLength(0);
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});

test('a list page that names a next page elsewhere is not followed there', async () => {
  const trap = await startFarSide((response) => answerJson(response, 200, '[]'));
  others.push(trap);
  farSide = await startFarSide((response, _request, count) =>
    answerJson(response, 200, count === 1 ? '[{"id":1}]' : '[]', count === 1 ? { link: `<${trap.origin}/>; rel="next"` } : {}),
  );
  const rows = [];
  for await (const page of clientOf(farSide.origin).pages({
    ...aWrite,
    answer: aRead.answer as never,
    method: 'GET',
    effect: 'read',
  }))
    rows.push(...page);
  expect(rows).toEqual([{ id: 1 }]);
  expect(trap.received).toHaveLength(0);
});

describe('an address', () => {
  test.each([
    '//evil.example/x',
    'https://evil.example/',
    '/../login',
    '/a/../../b',
    '/%2e%2e/login',
    'rest',
    '/x?token=1',
    '/a#b',
    '\\\\evil',
  ])('given as %j does not leave the configured one', (path) => {
    expect(() => urlBelow('http://127.0.0.1:4011/au', path)).toThrow(/outside/);
  });

  test('keeps the configured path and prints lists as Procore reads them', () => {
    const url = urlBelow('http://127.0.0.1:4011/au/', '/rest/v1.0/x', { 'filters[id]': ['1', '2'], page: 2, left: undefined });
    expect(url.href).toBe('http://127.0.0.1:4011/au/rest/v1.0/x?filters%5Bid%5D%5B%5D=1&filters%5Bid%5D%5B%5D=2&page=2');
  });
});

describe('a cancelled call', () => {
  test('that was not sent throws the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new Error('stop asked for');
    stop.abort(reason);
    farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
    await expect(clientOf(farSide.origin, { signal: stop.signal }).call(aWrite)).rejects.toBe(reason);
    expect(farSide.received).toHaveLength(0);
  });

  test.each(['read', 'write'] as const)('that stood open ends at once: a %s', async (effect) => {
    const stop = new AbortController();
    const reason = new Error('stop asked for');
    farSide = await startFarSide(() => stop.abort(reason));
    const work = clientOf(farSide.origin, { signal: stop.signal }).call(effect === 'read' ? aRead : aWrite);
    if (effect === 'read') await expect(work).rejects.toBe(reason);
    else expect(await faultOf(work)).toMatchObject({ kind: 'network', detail: { effect: 'unknown' } });
  });
});
