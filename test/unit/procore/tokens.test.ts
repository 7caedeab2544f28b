import { afterEach, describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../../shared/domain/faults.ts';
import { createOAuth } from '../../../shared/procore/oauth.ts';
import { createServiceTokens, personToken } from '../../../shared/procore/tokens.ts';
import { revealSecret, secretOf } from '../../../shared/security/secret.ts';
import { type Answering, answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aRead, aWrite, clientOf, faultOf } from './fixture.ts';

const sides: FarSide[] = [];
afterEach(async () => {
  for (const side of sides.splice(0)) await side.close();
});

async function far(answering: Answering): Promise<FarSide> {
  const side = await startFarSide(answering);
  sides.push(side);
  return side;
}

const credential = { clientId: 'client-1', clientSecret: secretOf('secret-1') };
const grantText = (token: string, seconds: number) =>
  `{"access_token":"${token}","token_type":"bearer","expires_in":${seconds},"created_at":1}`;

/** A login host that numbers its tokens. */
const numbering = (seconds = 5400) =>
  far((response, _request, count) => answerJson(response, 200, grantText(`token-${count}`, seconds)));

const oauthAt = (side: FarSide, nowMs?: () => number) =>
  createOAuth({ loginOrigin: side.origin, deadlineMs: 2000, ...(nowMs && { nowMs }) });

describe('a service token', () => {
  test('is asked for once, however many want it at the same time, and unseals its secret once', async () => {
    const login = await numbering();
    let unsealed = 0;
    const tokens = createServiceTokens(oauthAt(login));
    const unseal = async () => {
      unsealed += 1;
      return credential;
    };
    const bearers = await Promise.all(Array.from({ length: 20 }, () => tokens.sourceFor('row-1', unseal).bearer()));
    expect(new Set(bearers.map(revealSecret))).toEqual(new Set(['token-1']));
    expect([login.received.length, unsealed]).toEqual([1, 1]);
    expect(new URLSearchParams(login.received[0]?.text)).toEqual(
      new URLSearchParams({ grant_type: 'client_credentials', client_id: 'client-1', client_secret: 'secret-1' }),
    );
  });

  test.each([
    [5400, 5_099_000, 1],
    [5400, 5_101_000, 2],
    [60, 29_000, 1],
    [60, 31_000, 2],
  ])('of %i s is, %i ms later, taken from request %i', async (seconds, laterMs, requests) => {
    let now = 1_000_000;
    const login = await numbering(seconds);
    const source = createServiceTokens(
      oauthAt(login, () => now),
      () => now,
    ).sourceFor('row-1', async () => credential);
    await source.bearer();
    now += laterMs;
    await source.bearer();
    expect(login.received).toHaveLength(requests);
  });

  test('is another one after a refusal, but a newer one is not thrown away for an old refusal', async () => {
    const login = await numbering();
    const source = createServiceTokens(oauthAt(login)).sourceFor('row-1', async () => credential);
    const first = await source.bearer();
    source.rejected(first);
    expect(revealSecret(await source.bearer())).toBe('token-2');
    source.rejected(first);
    expect(revealSecret(await source.bearer())).toBe('token-2');
  });

  test('of one credential is never another’s', async () => {
    const login = await numbering();
    const tokens = createServiceTokens(oauthAt(login));
    const one = await tokens.sourceFor('row-1', async () => credential).bearer();
    const two = await tokens.sourceFor('row-2', async () => credential).bearer();
    expect(revealSecret(one)).not.toBe(revealSecret(two));
  });

  test('that failed is asked for again', async () => {
    const login = await far((response, _request, count) =>
      answerJson(response, count === 1 ? 500 : 200, grantText('token', 5400)),
    );
    const source = createServiceTokens(oauthAt(login)).sourceFor('row-1', async () => credential);
    expect((await faultOf(source.bearer())).kind).toBe('vendor-unavailable');
    expect(revealSecret(await source.bearer())).toBe('token');
  });

  test('keeps no one waiting who was cancelled', async () => {
    const stop = new AbortController();
    const login = await far(() => stop.abort(new Error('stop asked for')));
    const source = createServiceTokens(createOAuth({ loginOrigin: login.origin, deadlineMs: 300 })).sourceFor(
      'row-1',
      async () => credential,
    );
    await expect(source.bearer(stop.signal)).rejects.toThrow('stop asked for');
  });

  test('that Procore stopped believing is replaced during a call', async () => {
    const login = await numbering();
    const api = await far((response, { headers }) =>
      answerJson(response, headers.authorization === 'Bearer token-2' ? 200 : 401, '{"id":1}'),
    );
    const token = createServiceTokens(oauthAt(login)).sourceFor('row-1', async () => credential);
    expect((await clientOf(api.origin, { token }).call(aRead)).status).toBe(200);
    expect(login.received).toHaveLength(2);
  });

  test('that cannot be had leaves a write surely not done', async () => {
    const login = await far((response) => answerJson(response, 500, 'busy'));
    const api = await far((response) => answerJson(response, 200, '{"id":1}'));
    const token = createServiceTokens(oauthAt(login)).sourceFor('row-1', async () => credential);
    const client = clientOf(api.origin, { token });
    expect(await faultOf(client.call(aWrite))).toMatchObject({
      kind: 'vendor-unavailable',
      detail: { effect: 'surely-not-done' },
    });
    expect((await faultOf(client.call(aRead))).detail.effect).toBeUndefined();
    expect(api.received).toHaveLength(0);
  });
});

const refusals: readonly (readonly [number, string, FaultKind, string])[] = [
  [401, '{"error":"invalid_client","error_description":"unknown client"}', 'credential-rejected', 'surely-not-done'],
  [400, '{"error":"invalid_client"}', 'credential-rejected', 'surely-not-done'],
  [400, '{"error":"invalid_grant"}', 'grant-lapsed', 'surely-not-done'],
  [401, '{"error":"invalid_grant"}', 'grant-lapsed', 'surely-not-done'],
  [401, '', 'credential-rejected', 'surely-not-done'],
  [400, '{"error":"invalid_request"}', 'validation-rejected', 'surely-not-done'],
  [400, '{"error":"constructor"}', 'validation-rejected', 'surely-not-done'],
  [429, '', 'rate-limited', 'surely-not-done'],
  [302, '', 'vendor-unavailable', 'unknown'],
  [502, '<html>', 'vendor-unavailable', 'unknown'],
  [200, '<html>', 'vendor-unavailable', 'unknown'],
  [200, '{"access_token":""}', 'vendor-unavailable', 'unknown'],
];

test.each(refusals)('the login host’s %i %s is %s, and a code is %s', async (status, text, kind, effect) => {
  const login = await far((response) => answerJson(response, status, text));
  const fault = await faultOf(oauthAt(login).exchangeCode(credential, secretOf('code-1'), 'http://localhost:3000/back'));
  expect(fault).toMatchObject({ kind, detail: { effect } });
});

test('a code is exchanged with the redirect address it was made for', async () => {
  const login = await far((response) =>
    answerJson(response, 200, '{"access_token":"a","refresh_token":"r","expires_in":5400,"token_type":"bearer"}'),
  );
  const grant = await oauthAt(login, () => 1000).exchangeCode(credential, secretOf('code-1'), 'http://localhost:3000/back');
  expect([revealSecret(grant.accessToken), grant.refreshToken && revealSecret(grant.refreshToken), grant.expiresAtMs]).toEqual([
    'a',
    'r',
    5_401_000,
  ]);
  expect(login.received[0]?.path).toBe('/oauth/token');
  expect(Object.fromEntries(new URLSearchParams(login.received[0]?.text))).toMatchObject({
    grant_type: 'authorization_code',
    code: 'code-1',
    redirect_uri: 'http://localhost:3000/back',
  });
});

test('a code whose answer was lost may have been spent', async () => {
  const login = await far((response) => void response.socket?.resetAndDestroy());
  const fault = await faultOf(oauthAt(login).exchangeCode(credential, secretOf('code-1'), 'http://localhost:3000/back'));
  expect(fault).toMatchObject({ kind: 'network', detail: { effect: 'unknown' } });
  expect(login.received).toHaveLength(1);
});

test('a token is revoked at the login host', async () => {
  const login = await far((response) => answerJson(response, 200, '{}'));
  await oauthAt(login).revokeToken(credential, secretOf('refresh-1'));
  expect(login.received[0]?.path).toBe('/oauth/revoke');
  expect(new URLSearchParams(login.received[0]?.text).get('token')).toBe('refresh-1');
});

test('token info tells whose token it is, exactly', async () => {
  const login = await far((response) =>
    answerJson(
      response,
      200,
      '{"resource_owner_id":9007199254740993,"scopes":[],"expires_in_seconds":77,"application":{"uid":"client-1"}}',
    ),
  );
  expect(await oauthAt(login).tokenInfo(secretOf('token-1'))).toEqual({
    resourceOwnerId: '9007199254740993',
    clientId: 'client-1',
    expiresInSeconds: 77,
  });
  expect(login.received[0]?.headers.authorization).toBe('Bearer token-1');
});

describe('a person’s token', () => {
  test('is used until it ends', async () => {
    let now = 0;
    const source = personToken(secretOf('a'), 1000, () => now);
    expect(revealSecret(await source.bearer())).toBe('a');
    now = 1000;
    expect((await faultOf(source.bearer())).kind).toBe('grant-lapsed');
  });

  test('that is refused once is not sent again', async () => {
    const api = await far((response) => answerJson(response, 401, '{}'));
    const client = clientOf(api.origin, { token: personToken(secretOf('a'), Date.now() + 60_000) });
    expect((await faultOf(client.call(aRead))).kind).toBe('grant-lapsed');
    expect(await faultOf(client.call(aWrite))).toMatchObject({ kind: 'grant-lapsed', detail: { effect: 'surely-not-done' } });
    expect(api.received).toHaveLength(1);
  });
});

const pairText = '{"access_token":"a2","refresh_token":"r2","expires_in":5400,"token_type":"bearer"}';

test('a refresh is one POST, and brings the whole pair with the length of its life', async () => {
  const login = await far((response) => answerJson(response, 200, pairText));
  const pair = await oauthAt(login).refresh(credential, secretOf('r1'));
  expect([revealSecret(pair.accessToken), revealSecret(pair.refreshToken), pair.lifeMs]).toEqual(['a2', 'r2', 5_400_000]);
  expect(login.received).toHaveLength(1);
  expect(login.received[0]?.headers.connection).toBe('close');
  expect(new URLSearchParams(login.received[0]?.text)).toEqual(
    new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'client-1', client_secret: 'secret-1' }),
  );
});

test.each<readonly [string, Answering, FaultKind]>([
  ['half a pair', (response) => answerJson(response, 200, grantText('a2', 5400)), 'vendor-unavailable'],
  ['a redirect', (response) => answerJson(response, 302, '', { location: 'http://localhost:1/' }), 'vendor-unavailable'],
  ['a cut connection', (response) => void response.destroy(), 'network'],
  ['no answer in time', () => undefined, 'time-out'],
])('a refresh that meets %s is sent once, and its outcome is unknown', async (_what, answering, kind) => {
  const login = await far(answering);
  const oauth = createOAuth({ loginOrigin: login.origin, deadlineMs: 300 });
  expect(await faultOf(oauth.refresh(credential, secretOf('r1')))).toMatchObject({ kind, detail: { effect: 'unknown' } });
  expect(login.received).toHaveLength(1);
});

test('a refresh that finds nobody listening is surely not sent, which no answer ever says', async () => {
  const login = await far((response) => answerJson(response, 400, '{"error":"invalid_grant"}'));
  expect((await faultOf(oauthAt(login).refresh(credential, secretOf('r1')))).detail.status).toBe(400);
  const { origin } = login;
  await login.close();
  sides.splice(0);
  const oauth = createOAuth({ loginOrigin: origin, deadlineMs: 300 });
  const { kind, detail } = await faultOf(oauth.refresh(credential, secretOf('r1')));
  expect([kind, detail.effect, detail.status]).toEqual(['network', 'surely-not-done', undefined]);
});
