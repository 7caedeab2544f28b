import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { inRegion, type SessionCache } from '../../../shared/partners/hammertech/client.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { fakeClock, faultOf } from '../procore/fixture.ts';
import { allOf, clientAt, type Hammertech, hammertechWith, jwt, loginOf, refreshText } from './fixture.ts';

let side: FarSide | undefined;
afterEach(async () => {
  await side?.close();
  side = undefined;
});

async function serving(...given: Parameters<typeof hammertechWith>): Promise<Hammertech> {
  const hammertech = await hammertechWith(...given);
  side = hammertech.side;
  return hammertech;
}

const empty: Parameters<typeof hammertechWith>[0] = (response) => answerJson(response, 200, '[]');

test('one login serves many readings at once, across clients that share a cache', async () => {
  const hammertech = await serving(empty);
  const cache: SessionCache = new Map();
  const clients = Array.from({ length: 5 }, () => clientAt(hammertech.side, { session: { cache, key: 'row-1' } }));
  await Promise.all(clients.map((client) => allOf(client.projects())));
  expect(hammertech.logins()).toHaveLength(1);
  expect(JSON.parse(hammertech.logins()[0]?.text ?? '')).toMatchObject({ email: 'sync@acme.example', tenant: 'acme' });
});

test('logins of different keys stay apart', async () => {
  const hammertech = await serving(empty);
  const cache: SessionCache = new Map();
  for (const key of ['row-1', 'row-2']) await allOf(clientAt(hammertech.side, { session: { cache, key } }).projects());
  expect(hammertech.logins()).toHaveLength(2);
  expect(hammertech.reads().map(loginOf)).toEqual([1, 2]);
});

describe('a token near its end', () => {
  test('is renewed by the refresh token inside it, by HammerTech’s own clock', async () => {
    const hammertech = await serving(empty);
    const clock = fakeClock();
    const client = clientAt(hammertech.side, { clock });
    await allOf(client.projects());
    await clock.wait(57 * 60_000);
    await allOf(client.projects());
    expect(hammertech.logins()).toHaveLength(1);
    await clock.wait(2 * 60_000);
    await allOf(client.projects());
    expect(hammertech.logins()[1]?.path).toBe('/auth/au/api/login/refreshtoken');
    expect(Object.fromEntries(hammertech.logins()[1]?.query ?? [])).toEqual({ token: refreshText, tenant: 'acme' });
    expect(hammertech.reads().map(loginOf)).toEqual([1, 1, 2]);
  });

  test('that says nothing of its end or has no refresh token is replaced by a login', async () => {
    const hammertech = await serving(empty, () => ({}));
    const clock = fakeClock();
    const client = clientAt(hammertech.side, { clock });
    await allOf(client.projects());
    await clock.wait(31 * 60_000);
    await allOf(client.projects());
    expect(hammertech.logins().map(({ path }) => path.split('/').at(-1))).toEqual(['generatetoken', 'generatetoken']);
  });

  test('whose refresh is refused leads to a login', async () => {
    const clock = fakeClock();
    side = await startFarSide((response, { path }) => {
      if (path.endsWith('refreshtoken')) return void response.writeHead(401).end();
      answerJson(
        response,
        200,
        path.includes('login') ? JSON.stringify({ token: jwt({ iat: 1, exp: 61, RefreshToken: 'r' }) }) : '[]',
      );
    });
    const client = clientAt(side, { clock });
    await allOf(client.projects());
    await clock.wait(60_000);
    await allOf(client.projects());
    expect(side.received.filter(({ path }) => path.endsWith('generatetoken'))).toHaveLength(2);
  });
});

describe('an empty 401', () => {
  test('is answered with one fresh login', async () => {
    const hammertech = await serving((response, request) =>
      loginOf(request) === 1 ? void response.writeHead(401).end() : answerJson(response, 200, '[{"id":"p-1"}]'),
    );
    expect(await allOf(clientAt(hammertech.side).projects())).toHaveLength(1);
    expect(hammertech.logins().map(({ path }) => path.split('/').at(-1))).toEqual(['generatetoken', 'generatetoken']);
  });

  test('that stays is the credential’s', async () => {
    const hammertech = await serving((response) => void response.writeHead(401).end());
    expect(await faultOf(allOf(clientAt(hammertech.side).projects()))).toMatchObject({
      kind: 'partner-credential-rejected',
      owner: 'admin',
    });
    expect(hammertech.logins()).toHaveLength(2);
  });
});

describe('a login', () => {
  test.each([
    [401, 'partner-credential-rejected'],
    [400, 'partner-credential-rejected'],
    [404, 'partner-credential-rejected'],
    [429, 'rate-limited'],
    [500, 'vendor-unavailable'],
  ])('that is answered with %i is %s', async (status, kind) => {
    side = await startFarSide((response) => void response.writeHead(status).end());
    expect((await faultOf(allOf(clientAt(side).projects()))).kind).toBe(kind);
  });

  test.each(['', '{}', '<html>', '"not a token"'.repeat(2)])('that is answered with %j has no token', async (text) => {
    side = await startFarSide((response) => answerJson(response, 200, text));
    const fault = await faultOf(allOf(clientAt(side).projects()));
    expect(fault.kind).toBe('vendor-unavailable');
  });

  test('that failed is tried again by the next reading', async () => {
    side = await startFarSide((response, { path }, count) => {
      if (count === 1) return void response.writeHead(500).end();
      answerJson(response, 200, path.includes('login') ? JSON.stringify({ token: jwt({}) }) : '[]');
    });
    const client = clientAt(side);
    await faultOf(allOf(client.projects()));
    expect(await allOf(client.projects())).toEqual([]);
  });

  test('may answer the bare token', async () => {
    side = await startFarSide((response, { path }) =>
      path.includes('login')
        ? void response.writeHead(200, { 'content-type': 'text/plain' }).end(jwt({}))
        : answerJson(response, 200, '[]'),
    );
    expect(await allOf(clientAt(side).projects())).toEqual([]);
  });

  test('shows neither password nor token when it is refused by an echo', async () => {
    side = await startFarSide((response, { text }) => answerJson(response, 401, text));
    const fault = await faultOf(allOf(clientAt(side).projects()));
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain('that-nobody-may-see');
  });
});

test.each([
  ['https://{region}-api.hammertech.example', 'https://eu-api.hammertech.example'],
  ['http://127.0.0.1:4020/{region}', 'http://127.0.0.1:4020/eu'],
  ['http://127.0.0.1:4020/%7Bregion%7D', 'http://127.0.0.1:4020/eu'],
  ['http://127.0.0.1:4020', 'http://127.0.0.1:4020'],
])('the region in %s is filled in', (configured, address) => {
  expect(inRegion(configured, 'eu')).toBe(address);
});
