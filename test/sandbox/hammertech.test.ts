import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { actOnLogin } from '../../sandbox/hammertech/logins.ts';
import type { SiteSignIn } from '../../sandbox/hammertech/records.ts';
import { hammertechServers } from '../../sandbox/hammertech/servers.ts';
import { actOnSignIn } from '../../sandbox/hammertech/sign-ins.ts';
import { createHammerTech, type HammerTech } from '../../sandbox/hammertech/state.ts';
import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import { createWorld, type World } from '../../sandbox/kernel/world.ts';
import { type Listening, listen } from '../../sandbox/listening.ts';

const tenant = 'delta';
const email = 'sync@delta.example';
const password = 'päss';
const projectId = '11111111-1111-4111-8111-111111111111';
const otherProjectId = '22222222-2222-4222-8222-222222222222';
const tokenSchema = z.object({ token: z.string(), status: z.boolean() });
const recordSchema = z.looseObject({ id: z.string() });
const json = { accept: 'application/json' };

let world: World;
let state: HammerTech;
let api: Listening;
let auth: Listening;

function guid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function signIn(number: number, fields: Partial<SiteSignIn> = {}): SiteSignIn {
  const times = { startUtc: '2026-03-01T20:00:00Z', endUtc: '2026-03-02T04:00:00Z', modified: '2026-03-02T04:00:00Z' };
  const kinds = { endKind: 'manual', device: 'kiosk', isVisitor: false, deleted: false } as const;
  return { id: guid(number), projectId, workerId: guid(900), employerId: guid(901), ...times, ...kinds, ...fields };
}

function put(record: SiteSignIn, owner = tenant): void {
  state.signIns.put({ tenant: owner, record });
}

beforeEach(async () => {
  world = createWorld();
  state = createHammerTech(world.journal);
  state.tenants.put({ slug: tenant, region: 'us' });
  state.tenants.put({ slug: 'other', region: 'us' });
  state.logins.put({ tenant, email, password, userId: guid(1), active: true });
  const site = {
    number: null,
    timeZone: 'Europe/London',
    address: '',
    status: 'active',
    modified: '2026-01-01T00:00:00Z',
  } as const;
  state.projects.put({ tenant, record: { id: projectId, name: 'Señor Tower 🏗️', ...site } });
  state.projects.put({ tenant: 'other', record: { id: otherProjectId, name: 'Secret site', ...site } });
  const servers = hammertechServers(world, state);
  api = await listen(servers.api, 0);
  auth = await listen(servers.auth, 0);
});

afterEach(async () => {
  await api.close();
  await auth.close();
});

function logIn(region = 'us', given: object = { email, password, tenant }): Promise<Response> {
  return fetch(`${auth.origin}/${region}/api/login/generatetoken`, {
    method: 'POST',
    headers: { ...json, 'content-type': 'application/json' },
    body: JSON.stringify(given),
  });
}

async function freshToken(): Promise<string> {
  return tokenSchema.parse(await (await logIn()).json()).token;
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function refresh(refreshToken: unknown): Promise<Response> {
  const query = new URLSearchParams({ token: String(refreshToken), tenant });
  return fetch(`${auth.origin}/us/api/login/refreshtoken?${query}`, { method: 'POST', headers: json });
}

async function get(path: string, token?: string, region = 'us', headers: Record<string, string> = json): Promise<Response> {
  const bearer = token ?? (await freshToken());
  return fetch(`${api.origin}/${region}/api/v1/${path}`, { headers: { ...headers, authorization: `Bearer ${bearer}` } });
}

async function list(path: string): Promise<{ id: string }[]> {
  return z.array(recordSchema).parse(await (await get(path)).json());
}

describe('logging in', () => {
  test('gives a JWT of an hour that carries tenant, email, session and its own refresh token', async () => {
    const answer = await logIn();
    const body = tokenSchema.parse(await answer.json());
    const claims = claimsOf(body.token);
    expect(answer.status).toBe(200);
    expect(body.status).toBe(true);
    expect(claims).toMatchObject({
      Tenant: tenant,
      Email: email,
      AuthSessionId: expect.any(String),
      RefreshToken: expect.any(String),
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
  });

  test.each([
    ['a wrong password', 'us', { email, password: 'no', tenant }],
    ['an unknown tenant', 'us', { email, password, tenant: 'nobody' }],
    ['a region the tenant does not live in', 'au', { email, password, tenant }],
    ['a region that does not exist', 'mars', { email, password, tenant }],
  ])('answers %s with 401 and an empty body', async (_case, region, given) => {
    const answer = await logIn(region, given);
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });

  test('answers a missing field with 400 and a message', async () => {
    const answer = await logIn('us', { email, tenant });
    expect(await answer.json()).toMatchObject({ isSuccess: false, httpStatusCode: 400, messageText: expect.any(String) });
  });

  test('a refresh gives a new token and spends the old refresh token', async () => {
    const first = claimsOf(await freshToken())['RefreshToken'];
    const answer = await refresh(first);
    const body = tokenSchema.parse(await answer.json());
    expect((await get('Projects', body.token)).status).toBe(200);
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(claimsOf(body.token)['RefreshToken'])).status).toBe(200);
  });

  test('a changed password ends refreshing and refuses the old password', async () => {
    const refreshToken = claimsOf(await freshToken())['RefreshToken'];
    actOnLogin(state, { tenant, email, password: 'new' });
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await logIn()).status).toBe(401);
    expect((await logIn('us', { email, password: 'new', tenant })).status).toBe(200);
  });
});

describe('a call', () => {
  test('without accept: application/json is a 400', async () => {
    const answer = await get('Projects', undefined, 'us', { accept: 'text/html' });
    expect(await answer.json()).toMatchObject({ isSuccess: false, httpStatusCode: 400 });
  });

  test.each([
    ['no real token', 'nonsense', 'us'],
    ['a token whose signature is not ours', 'e30.e30.e30', 'us'],
  ])('with %s is a 401 with an empty body', async (_case, token, region) => {
    const answer = await get('Projects', token, region);
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });

  test('to another region with a good token is a 401', async () => {
    expect((await get('Projects', await freshToken(), 'eu')).status).toBe(401);
  });

  test('after sixty minutes by the sandbox clock is a 401', async () => {
    const token = await freshToken();
    world.clock.advance(3_540_000);
    expect((await get('Projects', token)).status).toBe(200);
    world.clock.advance(61_000);
    expect((await get('Projects', token)).status).toBe(401);
  });

  test('of an inactive login is a 401 at once', async () => {
    const token = await freshToken();
    actOnLogin(state, { tenant, email, active: false });
    expect((await get('Projects', token)).status).toBe(401);
  });

  test('sees only the own tenant, in UTF-8', async () => {
    const answer = await get('Projects');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual([expect.objectContaining({ id: projectId, name: 'Señor Tower 🏗️' })]);
    expect((await get(`Projects/${otherProjectId}`)).status).toBe(404);
  });
});

describe('a list', () => {
  test('is cut into pages that together hold every record once', async () => {
    for (let number = 1; number <= 205; number += 1) put(signIn(number));
    const pages = [
      await list('SiteSignIns?take=100'),
      await list('SiteSignIns?take=100&skip=100'),
      await list('SiteSignIns?take=100&skip=200'),
    ];
    expect(pages.map((page) => page.length)).toEqual([100, 100, 5]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(205);
    expect(await list('SiteSignIns?skip=500')).toEqual([]);
  });

  test.each(['take=101', 'take=0', 'skip=-1', 'skip=x', 'sortBy=colour', 'modifiedSince=yesterday', 'projectId=7'])(
    'refuses %s with 400',
    async (query) => {
      const answer = await get(`SiteSignIns?${query}`);
      expect(await answer.json()).toMatchObject({
        httpStatusCode: 400,
        messageText: expect.stringContaining(query.split('=')[0] ?? ''),
      });
    },
  );

  test('filters by project and by modification, the given instant included', async () => {
    put(signIn(1, { modified: '2026-03-02T03:59:59Z' }));
    put(signIn(2));
    put(signIn(3, { projectId: otherProjectId }));
    const found = await list(`SiteSignIns?projectId=${projectId}&modifiedSince=2026-03-02T04:00:00Z`);
    expect(found.map(({ id }) => id)).toEqual([guid(2)]);
  });

  test('orders by id, backwards on demand', async () => {
    put(signIn(2));
    put(signIn(1));
    expect((await list('SiteSignIns')).map(({ id }) => id)).toEqual([guid(1), guid(2)]);
    expect((await list('SiteSignIns?sortBy=iddesc')).map(({ id }) => id)).toEqual([guid(2), guid(1)]);
  });

  test('still shows a deleted sign-in, marked and newly modified', async () => {
    put(signIn(1));
    const deleted = actOnSignIn(state, { act: 'delete', tenant, id: guid(1) }, new Date('2026-03-05T00:00:00Z'));
    expect(deleted).toMatchObject({ deleted: true, modified: '2026-03-05T00:00:00Z' });
    expect(await list('SiteSignIns?modifiedSince=2026-03-04T00:00:00Z')).toEqual([deleted]);
  });

  test("a sign-in cannot be changed through another tenant's name", () => {
    put(signIn(1));
    expect(actOnSignIn(state, { act: 'delete', tenant: 'other', id: guid(1) }, new Date())).toBeUndefined();
  });
});

describe('employers', () => {
  async function write(method: string, path: string, body: object): Promise<Response> {
    return fetch(`${api.origin}/us/api/v1/${path}`, {
      method,
      headers: { ...json, 'content-type': 'application/json', authorization: `Bearer ${await freshToken()}` },
      body: JSON.stringify(body),
    });
  }

  test('are created and updated, and both are commits in the ledger', async () => {
    const answer = await write('POST', 'Employers', { name: 'Ünal Beton', abn: '51824753556' });
    const created = recordSchema.parse(await answer.json());
    await write('PUT', `Employers/${created.id}`, { name: 'Ünal Beton P/L' });
    expect(await (await get(`Employers/${created.id}`)).json()).toMatchObject({
      name: 'Ünal Beton P/L',
      abn: '51824753556',
      ein: null,
    });
    const [record] = world.ledger.records('hammertech.employers');
    expect(record?.history.map(({ action, actor }) => [action, actor])).toEqual([
      ['create', email],
      ['update', email],
    ]);
  });

  test('without a name are refused with 400', async () => {
    expect((await write('POST', 'Employers', { name: ' ' })).status).toBe(400);
    expect(state.employers.size).toBe(0);
  });
});

describe('faults and ledger', () => {
  function add(effect: FaultKind): void {
    world.faults.add({ match: { operationId: 'hammertech.Projects.list' }, effect });
  }

  test.each<[FaultKind, number]>([
    [{ kind: 'status-before', status: 500 }, 500],
    [{ kind: 'status-after-commit', status: 502 }, 502],
    [{ kind: 'rate-limit', window: 'spike' }, 429],
    [{ kind: 'unavailable', retryAfter: 7 }, 503],
    [{ kind: 'revoke-token' }, 401],
  ])('%j answers %d once and is noted', async (effect, status) => {
    add(effect);
    const token = await freshToken();
    expect((await get('Projects', token)).status).toBe(status);
    const entry = world.ledger.after(0, { operation: 'hammertech.Projects.list' })[0];
    expect(entry).toMatchObject({ side: 'hammertech', method: 'GET', status, fault: effect.kind });
    expect((await get('Projects')).status).toBe(200);
  });

  test.each<FaultKind>([{ kind: 'reset-before' }, { kind: 'reset-after-commit' }])('%j cuts the connection', async (effect) => {
    add(effect);
    await expect(get('Projects')).rejects.toThrow('fetch failed');
    expect((await get('Projects')).status).toBe(200);
  });

  test('garbage is a 200 that is no JSON', async () => {
    add({ kind: 'garbage-after-commit' });
    const answer = await get('Projects');
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow();
  });

  test('a status after commit leaves the employer behind', async () => {
    world.faults.add({
      match: { operationId: 'hammertech.Employers.create' },
      effect: { kind: 'status-after-commit', status: 500 },
    });
    const answer = await fetch(`${api.origin}/us/api/v1/Employers`, {
      method: 'POST',
      headers: { ...json, 'content-type': 'application/json', authorization: `Bearer ${await freshToken()}` },
      body: JSON.stringify({ name: 'Once' }),
    });
    expect(await answer.json()).toMatchObject({ Code: '500', Message: expect.any(String) });
    expect(state.employers.all().map((row) => row.record.name)).toEqual(['Once']);
  });

  test('the ledger never holds a password or a refresh token', async () => {
    const refreshToken = String(claimsOf(await freshToken())['RefreshToken']);
    await refresh(refreshToken);
    const written = JSON.stringify(world.ledger.after(0));
    expect(written).toContain('hammertech.refresh');
    expect(written).not.toContain(refreshToken);
    expect(written).not.toContain(password);
  });
});
