import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { generateKey } from '../../shared/security/keys.ts';
import { oneCodecKey, payloadCodec } from '../../shared/security/payload-codec.ts';
import { codecApp, listen } from '../../worker/codec-server.ts';
import { publishedKeys, type StaffSignIn, staffOnly } from '../../worker/staff.ts';

const { Payloads } = proto.temporal.api.common.v1;
const origin = 'https://temporal.example';
const pair = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] });
const staff: StaffSignIn = { issuer: 'https://id.example', audience: 'temporal', groupsClaim: 'groups', group: 'support', keys };
const noted: Parameters<Parameters<typeof staffOnly>[1]>[0][] = [];
const servers: Server[] = [];
let url = '';

async function serve(given: StaffSignIn): Promise<string> {
  const codecKey = oneCodecKey('1', generateKey());
  const gate = staffOnly(given, (entry) => noted.push(entry));
  const server = await listen(codecApp({ origins: [origin], codecOf: (ns) => payloadCodec(ns, codecKey), gate }), 0);
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/codec`; // a TCP server's address
}
beforeAll(async () => {
  url = await serve(staff);
});
beforeEach(() => void noted.splice(0));
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

interface Wanted {
  readonly claims?: JWTPayload;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string;
  readonly key?: typeof pair.privateKey;
}

const tokenOf = ({ claims = { groups: ['support'] }, issuer, audience, expires, key }: Wanted = {}): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setSubject('person-7')
    .setIssuer(issuer ?? staff.issuer)
    .setAudience(audience ?? staff.audience)
    .setExpirationTime(expires ?? '5m')
    .sign(key ?? pair.privateKey);

const body = JSON.stringify(Payloads.fromObject({ payloads: [{ data: Buffer.from('1') }] }).toJSON());
const decode = (token?: string, to = url): Promise<Response> =>
  fetch(`${to}/decode`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body,
  });

test('a person of the group is answered, and it is noted who asked for what', async () => {
  const answer = await decode(await tokenOf());
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  expect(noted).toEqual([{ who: 'person-7', asked: '/decode', outcome: 'admitted' }]);
});

test('a person outside the group is refused by 403, and named in what is noted', async () => {
  for (const claims of [{ groups: ['sales'] }, { groups: 'support' }, {}]) {
    const answer = await decode(await tokenOf({ claims }));
    expect([answer.status, await answer.json()]).toEqual([403, { code: 'not-in-group' }]);
  }
  expect(noted).toEqual(Array(3).fill({ who: 'person-7', asked: '/decode', outcome: 'not-in-group' }));
});

test.each<[string, Wanted]>([
  ['of another issuer', { issuer: 'https://evil.example' }],
  ['for another audience', { audience: 'elsewhere' }],
  ['that is over', { expires: '-5m' }],
  ['signed by a stranger', { key: stranger.privateKey }],
])('a token %s is refused', async (_what, wanted) => {
  const answer = await decode(await tokenOf(wanted));
  expect([answer.status, await answer.json()]).toEqual([401, { code: 'token-rejected' }]);
  expect(noted).toEqual([{ who: 'nobody', asked: '/decode', outcome: 'token-rejected' }]);
});

test('without a token nothing is decoded; a token that nobody signed is none', async () => {
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`;
  expect((await decode()).status).toBe(401);
  expect((await decode(unsigned)).status).toBe(401);
  expect(noted.map(({ outcome }) => outcome)).toEqual(['no-token', 'no-token']);
});

test('a provider that does not answer is told apart from a wrong token', async () => {
  const cut = await serve({ ...staff, keys: publishedKeys('http://127.0.0.1:9/keys') });
  const answer = await decode(await tokenOf(), cut);
  expect([answer.status, await answer.json()]).toEqual([503, { code: 'provider-not-reached' }]);
});

test('one person asks at most 60 times a minute; the refusal is noted, and a neighbour goes on', async () => {
  const busy = await serve(staff);
  const token = await tokenOf();
  const answers = await Promise.all(Array.from({ length: 61 }, () => decode(token, busy)));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  expect(noted.at(-1)).toBeDefined();
  expect(noted.filter(({ outcome }) => outcome === 'too-many-requests')).toHaveLength(1);
  const neighbour = await new SignJWT({ groups: ['support'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setSubject('person-8')
    .setIssuer(staff.issuer)
    .setAudience(staff.audience)
    .setExpirationTime('5m')
    .sign(pair.privateKey);
  expect((await decode(neighbour, busy)).status).toBe(200);
});

test('the browser’s preflight needs no token', async () => {
  const answer = await fetch(`${url}/decode`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(answer.status).toBe(204);
});
