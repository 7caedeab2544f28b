import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { connectionsInUse } from '../../shared/store/tenancy.ts';
import type { ApiAnswer } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { refusalOf, useWrongedApi } from '../support/malformed.ts';

const wronged = useWrongedApi();

/** Sends bytes over a socket of their own and reads the answer as a client would. */
async function exchange(bytes: string): Promise<ApiAnswer> {
  const text = await raw(bytes);
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line): [string, string] => [line.split(': ')[0] ?? '', line.split(': ')[1] ?? '']));
  return { status: Number(statusLine.split(' ')[1]), headers, body: JSON.parse(body), text: body };
}

/** Everything that comes back until the other side closes; `cut`: closes without waiting for an answer. */
function raw(bytes: string, cut = false): Promise<string> {
  const { port } = new URL(wronged().api.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(bytes, 'latin1');
      if (cut) socket.end();
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const head = (...lines: string[]): string => `${['POST /v1/onboardings HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`;
const json = 'Content-Type: application/json';

test.each([
  ['no HTTP at all', 'GARBAGE\r\n\r\n', 'malformed-request', 'request'],
  ['a method that is none', 'FETCH /v1/connections HTTP/1.1\r\nHost: localhost\r\n\r\n', 'malformed-request', 'request'],
  ['an address with a raw byte beyond ASCII', 'GET /v1/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n', 'malformed-request', 'request'],
  ['a header without a name', head('Host: localhost', ': nothing'), 'malformed-request', 'request'],
  ['a length that is none', head('Host: localhost', json, 'Content-Length: many'), 'malformed-request', 'request'],
  ['two lengths', head('Host: localhost', json, 'Content-Length: 2', 'Content-Length: 3'), 'malformed-request', 'request'],
  [
    'a length beside chunks',
    head('Host: localhost', json, 'Content-Length: 2', 'Transfer-Encoding: chunked'),
    'malformed-request',
    'request',
  ],
  [
    'chunks that are none',
    `${head('Host: localhost', json, 'Transfer-Encoding: chunked')}zz\r\n{}\r\n`,
    'malformed-request',
    'request',
  ],
  ['headers without end', head('Host: localhost', `X-Long: ${'x'.repeat(20_000)}`), 'headers-too-large', 'headers'],
  ['an address without end', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'headers-too-large', 'headers'],
  ['an expectation that nobody has', head('Host: localhost', json, 'Expect: banana'), 'malformed-request', 'Expect'],
  ['a tunnel', 'CONNECT elsewhere:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'malformed-request', 'request'],
  ['no host at all', 'GET /v1/connections HTTP/1.1\r\nConnection: close\r\n\r\n', 'host-not-served', 'Host'],
  ['a host name that is not ours', head('Host: evil.example', 'Connection: close'), 'host-not-served', 'Host'],
  ['a host name that is none', head('Host: a b', 'Connection: close'), 'host-not-served', 'Host'],
])('%s is refused as a problem', async (_what, bytes, code, field) => {
  expect(refusalOf(await exchange(bytes))).toEqual({ code, fields: [field] });
});

test('a request that ends in the middle hurts nobody', async () => {
  const { api, world } = wronged();
  const known = head('Host: localhost', `Authorization: Bearer ${world.key}`, json, 'Content-Length: 500');
  await raw(`${known}{"partner":`, true);
  await raw(known.slice(0, 90), true);
  expect((await api.call('get', '/healthz')).body).toEqual({ alive: true });
  await eventually('the cut request to be over', () => connectionsInUse(api.store.pool) === 0);
});

test('afterwards nothing was stored, nobody was told, and the process serves on', () => wronged().expectUntouched());
