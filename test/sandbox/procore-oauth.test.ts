import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issueCode } from '../../sandbox/login/credentials.ts';
import { type Ground, openGround, redirectUri, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
beforeEach(async () => {
  small = smallWorld();
  ground = await openGround(small);
});
afterEach(() => ground.close());

const client = () => ({ client_id: small.ours.clientId, client_secret: small.ours.clientSecret });

function newCode(): string {
  return issueCode(small.world, { person: 'cleo@borealis.example', clientId: small.ours.clientId, redirectUri }).code;
}
const exchange = (code: string, uri = redirectUri) =>
  ground.token({ grant_type: 'authorization_code', ...client(), code, redirect_uri: uri });
const refresh = (refreshToken: string) => ground.token({ grant_type: 'refresh_token', ...client(), refresh_token: refreshToken });

test('a code works once and gives a pair of tokens', async () => {
  const code = newCode();
  const first = await exchange(code);
  expect(first.status).toBe(200);
  expect(first.json).toMatchObject({ token_type: 'bearer', expires_in: 5400, refresh_token: expect.any(String) });
  const again = await exchange(code);
  expect([again.status, again.at('error')]).toEqual([400, 'invalid_grant']);
});

test('a code of another redirect URI, even by a slash, is refused', async () => {
  expect((await exchange(newCode(), `${redirectUri}/`)).at('error')).toBe('invalid_grant');
});

test('a code dies after ten minutes', async () => {
  const code = newCode();
  small.world.clock.advance(600_000);
  expect((await exchange(code)).at('error')).toBe('invalid_grant');
});

test('a refresh token works once', async () => {
  const pair = await exchange(newCode());
  const next = await refresh(pair.word('refresh_token'));
  expect(next.status).toBe(200);
  expect(next.word('refresh_token')).not.toBe(pair.word('refresh_token'));
  expect((await refresh(pair.word('refresh_token'))).at('error')).toBe('invalid_grant');
});

test('a refresh token is spent also when its answer is lost', async () => {
  const pair = await exchange(newCode());
  small.world.faults.add({ match: { operationId: 'OauthTokenPost' }, effect: { kind: 'reset-after-commit' } });
  await expect(refresh(pair.word('refresh_token'))).rejects.toThrow();
  expect((await refresh(pair.word('refresh_token'))).at('error')).toBe('invalid_grant');
});

test('by switch the old refresh token lives until the new access token is used', async () => {
  small.world.switches.set('oldRefreshTokenUntilUse', true);
  const pair = await exchange(newCode());
  await refresh(pair.word('refresh_token'));
  const next = await refresh(pair.word('refresh_token'));
  expect(next.status).toBe(200);
  await ground.call('GET', '/rest/v1.0/me', { token: next.word('access_token'), company: null });
  expect((await refresh(pair.word('refresh_token'))).at('error')).toBe('invalid_grant');
});

test('client credentials give no refresh token', async () => {
  const { clientId, clientSecret } = serviceAccount(small);
  const answer = await ground.token({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  expect(answer.status).toBe(200);
  expect(answer.json).not.toHaveProperty('refresh_token');
});

test('a wrong secret is invalid_client with 401', async () => {
  const { clientId } = serviceAccount(small);
  const answer = await ground.token({ grant_type: 'client_credentials', client_id: clientId, client_secret: 'wrong' });
  expect([answer.status, answer.at('error')]).toEqual([401, 'invalid_client']);
});

test('the token endpoint takes form, multipart and HTTP Basic, with a trailing slash too', async () => {
  const { clientId, clientSecret } = serviceAccount(small);
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const multipart = new FormData();
  for (const [name, value] of Object.entries(fields)) multipart.set(name, value);
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const answers = await Promise.all([
    fetch(`${ground.login}/oauth/token/`, { method: 'POST', body: new URLSearchParams(fields) }),
    fetch(`${ground.login}/oauth/token`, { method: 'POST', body: multipart }),
    fetch(`${ground.login}/oauth/token`, {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('revoking answers 200 always and kills both tokens', async () => {
  const pair = await exchange(newCode());
  const revoke = (token: string) =>
    fetch(`${ground.login}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ ...client(), token }) });
  expect((await revoke('unknown')).status).toBe(200);
  const answer = await revoke(pair.word('refresh_token'));
  expect([answer.status, await answer.text()]).toEqual([200, '{}']);
  expect((await ground.call('GET', '/rest/v1.0/me', { token: pair.word('access_token'), company: null })).status).toBe(401);
  expect((await refresh(pair.word('refresh_token'))).status).toBe(400);
});

test('an expired access token is refused to the second', async () => {
  const token = await ground.personToken('cleo@borealis.example');
  small.world.clock.advance(5_399_000);
  expect((await ground.call('GET', '/rest/v1.0/me', { token, company: null })).status).toBe(200);
  small.world.clock.advance(1_000);
  expect((await ground.call('GET', '/rest/v1.0/me', { token, company: null })).status).toBe(401);
});

test('token info names the owner and the client', async () => {
  const token = await ground.personToken('cleo@borealis.example');
  const answer = await fetch(`${ground.login}/oauth/token/info`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  expect(text).toContain(`"resource_owner_id":${small.people.cleo.id},`);
  expect(JSON.parse(text)).toMatchObject({ application: { uid: small.ours.clientId } });
});

test('the sign-in page sends the picked person back with a code and the state as it came', async () => {
  const query = { response_type: 'code', client_id: small.ours.clientId, redirect_uri: redirectUri, state: 'a b&c' };
  const page = await fetch(`${ground.login}/oauth/authorize?${new URLSearchParams(query)}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('Cléo Durand');
  const sent = await fetch(`${ground.login}/oauth/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...query, person: small.people.cleo.id, decision: 'allow' }),
  });
  const location = new URL(sent.headers.get('location') ?? '');
  expect([sent.status, location.origin + location.pathname, location.searchParams.get('state')]).toEqual([
    302,
    redirectUri,
    'a b&c',
  ]);
  expect((await exchange(location.searchParams.get('code') ?? '')).status).toBe(200);
});

test('an unknown client or redirect URI is shown on the page and never redirected', async () => {
  const good = { response_type: 'code', client_id: small.ours.clientId, redirect_uri: redirectUri };
  for (const bad of [{ client_id: 'nobody' }, { redirect_uri: 'http://localhost:3000/other' }, { response_type: 'token' }]) {
    const query = new URLSearchParams({ ...good, ...bad });
    const answer = await fetch(`${ground.login}/oauth/authorize?${query}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  }
});

test('names on the sign-in page cannot carry markup', async () => {
  small.world.people.put({ ...small.people.ben, firstName: '<script>alert(1)</script>' });
  const query = { response_type: 'code', client_id: small.ours.clientId, redirect_uri: redirectUri, state: '"><b>' };
  const text = await (await fetch(`${ground.login}/oauth/authorize?${new URLSearchParams(query)}`)).text();
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('"><b>');
});
