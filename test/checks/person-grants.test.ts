import { expect, test } from '@jest/globals';
import { keepGrant } from '../../activities/grants/keep.ts';
import { exchangeSignIn } from '../../activities/sign-ins/exchange.ts';
import { createUpkeep } from '../../activities/upkeep/tidy.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { claimCompany, findConnection } from '../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { findGrant, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { findSignIn, storeSeen } from '../../shared/store/grants/sign-ins.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();
const ria = 'ria@north-studio.example';
const upkeep = () => createUpkeep(bench().deps).tidy({});

/** A connection to Acme in which somebody signs in to authorize for themselves, as far as the page that asks for a yes. */
async function signedIn(on: Connecting, person = ria) {
  const { tenantId, connectionId, inTenant } = on;
  await inTenant((db) => claimCompany(db, connectionId, acme));
  const signIn = await on.signIn(person, 'authorize-person');
  const { signInId } = signIn;
  const read = () => inTenant((db) => findSignIn(db, signInId));
  const [connection, returned] = [await inTenant((db) => findConnection(db, connectionId)), await read()];
  if (!connection || !returned) throw new Error('the connection and its sign-in are there');
  await exchangeSignIn(bench().deps, connection, returned, bench().deps.surroundings());
  const procoreUserId = (await read())?.procoreUserId ?? '';
  const seen = { companyId: acme, companyName: 'Acme Builders', directoryLevel: null, admin: false };
  await inTenant((db) => storeSeen(db, signInId, procoreUserId, seen));
  return { tenantId, signInId, procoreUserId, confirm: signIn.confirm, read };
}

const grantsOf = async ({ inTenant }: Connecting): Promise<readonly (PersonGrant | undefined)[]> => {
  const rows = await inTenant((db) => db.selectFrom('person_grant').select('grant_id').execute());
  return Promise.all(rows.map(({ grant_id }) => inTenant((db) => findGrant(db, grant_id))));
};

/** The tokens that Procore has given this person, newest last, and whether each half is still good there. */
const atProcore = (procoreUserId: string) =>
  bench()
    .sandbox.world.tokens.filter((token) => token.personId === procoreUserId)
    .map(({ accessToken, accessRevoked, refreshRevoked }) => ({ accessToken, isGood: !accessRevoked && !refreshRevoked }));

test('a confirmed sign-in becomes the person’s grant, in upkeep’s next round at the latest, and its token works', async () => {
  const on = await bench().connect();
  const person = await signedIn(on);
  expect(await upkeep()).toBeDefined();
  expect(await grantsOf(on)).toEqual([]); // not without a yes
  expect(await person.confirm()).toBe(true);
  await upkeep();
  const [grant] = await grantsOf(on);
  expect(grant).toMatchObject({ state: 'live', version: 1, procoreUserId: person.procoreUserId, procoreLogin: ria });
  const token = await bench()
    .deps.grants.sourceFor(on.tenantId, grant?.grantId ?? '')
    .bearer();
  expect(atProcore(person.procoreUserId)).toEqual([{ accessToken: revealSecret(token), isGood: true }]);
  // the sign-in has given its pair away: nothing of it is left to be revoked
  expect(await person.read()).toMatchObject({ state: 'confirmed', hasToken: false });
  expect(await keepGrant(bench().deps, person)).toBeUndefined();
});

test('a second sign-in of the same person is their grant’s next version, and the former pair is revoked at Procore', async () => {
  const on = await bench().connect();
  const first = await signedIn(on, 'sam@north-studio.example');
  await first.confirm();
  const grantId = await keepGrant(bench().deps, first);
  const second = await signedIn(on, 'sam@north-studio.example');
  await second.confirm();
  expect(await keepGrant(bench().deps, second)).toBe(grantId);
  await upkeep();
  expect(await grantsOf(on)).toMatchObject([{ grantId, state: 'live', version: 2 }]);
  expect(atProcore(first.procoreUserId).map(({ isGood }) => isGood)).toEqual([false, true]);
});

test('a revoked grant is refused at once, and its pair is revoked at Procore as soon as Procore can be told', async () => {
  const on = await bench().connect();
  const person = await signedIn(on, 'eve@southern-cross.example');
  await person.confirm();
  const grantId = (await keepGrant(bench().deps, person)) ?? '';
  const source = bench().deps.grants.sourceFor(on.tenantId, grantId);
  await source.bearer();
  await bench().control('/faults', { match: { operationId: 'OauthRevokePost' }, kind: 'reset-before' });
  expect(await on.inTenant((db) => revokeGrant(db, grantId))).toBe(true);
  await expect(source.bearer()).rejects.toMatchObject({ kind: 'grant-lapsed' });
  await upkeep();
  expect(atProcore(person.procoreUserId).map(({ isGood }) => isGood)).toEqual([true]);
  await bench().store.admin.query('UPDATE grant_leftover SET next_try_at = NULL');
  await upkeep();
  expect(atProcore(person.procoreUserId).map(({ isGood }) => isGood)).toEqual([false]);
});

test('a grant that nobody has used for a week is refreshed by upkeep once', async () => {
  const on = await bench().connect();
  const person = await signedIn(on, 'ben@acme.example');
  await person.confirm();
  await keepGrant(bench().deps, person);
  await bench().store.admin.query(
    "UPDATE person_grant SET access_issued_at = access_issued_at - interval '8 days', access_expires_at = access_expires_at - interval '8 days' WHERE tenant_id = $1",
    [on.tenantId],
  );
  await upkeep();
  await upkeep();
  expect(await grantsOf(on)).toMatchObject([{ state: 'live', version: 2 }]);
});
