import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { Claim, GrantRef, SealedNewPair } from '../../activities/grants/contract.ts';
import { createGrantStore, pairSecret } from '../../activities/grants/store.ts';
import { places } from '../../shared/security/places.ts';
import { readBreaker } from '../../shared/store/grants/grant-breaker.ts';
import { replacePair } from '../../shared/store/grants/grant-pairs.ts';
import { findGrant, grantsToRefresh } from '../../shared/store/grants/grants.ts';
import { closePool, createPool, type Db, withTenant } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { closeBreaker, heldOf, letTimePass, newGrant } from '../support/granted.ts';
import { testBoxKeys, testRoots, useTestStore } from '../support/store.ts';

const store = useTestStore();
const leaseMs = 60_000;
const trialMs = 600_000;
const vault = createVault(testRoots, testBoxKeys.privateKey);
const grants = () => createGrantStore(store().pool, vault, { leaseMs });
const within = <Result>({ tenantId }: Pick<GrantRef, 'tenantId'>, work: (db: Db) => Promise<Result>): Promise<Result> =>
  withTenant(store().pool, tenantId, work);

beforeEach(() => closeBreaker(store()));

/** A grant in a tenant of its own, of that person or somebody new; its access token is over unless told otherwise. */
const grantOf = async (procoreUserId: string = randomUUID(), leftMs = -1_000): Promise<GrantRef> =>
  newGrant(store().pool, vault, await store().newTenant(), { accessToken: 'a1', refreshToken: 'r1' }, { leftMs, procoreUserId });
const several = (many: number): Promise<GrantRef[]> => Promise.all(Array.from({ length: many }, () => grantOf()));
const claimOf = async (ref: GrantRef, version = 1): Promise<Claim> => {
  const claim = await grants().claim(ref, version, randomUUID());
  if (!claim) throw new Error('the claim was refused');
  return claim;
};
const lapse = async (ref: GrantRef, version = 1) => grants().lapse(await claimOf(ref, version));
const second = (claim: Claim): SealedNewPair =>
  claim.seal({ ...heldOf({ accessToken: 'a2', refreshToken: 'r2' }), expiresAtMs: 0, lifeMs: 5_400_000 });
const breaker = async () => within({ tenantId: await store().newTenant() }, readBreaker);

async function signInAgain(ref: GrantRef): Promise<boolean> {
  const person = await within(ref, (db) => findGrant(db, ref.grantId));
  const now = new Date();
  const who = { tenantId: ref.tenantId, procoreUserId: person?.procoreUserId ?? '', procoreLogin: null, procoreName: null };
  return within(ref, async (db) => {
    const secret = pairSecret(heldOf({ accessToken: 'a of a sign-in', refreshToken: 'r of a sign-in' }));
    const sealedPair = await vault.sealSecret(db, places.grantPair(ref.tenantId, ref.grantId), secret);
    return replacePair(db, who, { ...ref, sealedPair, issuedAt: now, expiresAt: now, signInId: randomUUID() });
  });
}

/** Four persons have lapsed: the last is held back. */
async function opened(): Promise<GrantRef> {
  const [held, ...lapsed] = (await several(4)) as [GrantRef, ...GrantRef[]]; // four were made
  for (const ref of lapsed) expect(await lapse(ref)).toBe('lapsed');
  expect(await lapse(held)).toBe('held-back');
  return held;
}

test('one person who lapses in several tenants, and again after each sign-in, is one: nobody else is held back', async () => {
  const person = '562949953425001';
  for (const ref of [await grantOf(person), await grantOf(person), await grantOf(person)])
    expect(await lapse(ref)).toBe('lapsed');
  const again = await grantOf(person);
  for (const version of [1, 2, 3, 4]) {
    expect(await lapse(again, version)).toBe('lapsed');
    expect(await signInAgain(again)).toBe(true);
  }
  expect(await breaker()).toBeUndefined();
  // two further persons are three in all
  for (const ref of await several(2)) expect(await lapse(ref)).toBe('lapsed');
  expect(await breaker()).toBeUndefined();
  expect(await lapse(await grantOf())).toBe('held-back');
  expect(await breaker()).toMatchObject({ why: 'many-lapses' });
});

test('persons who lapsed more than ten minutes ago are not counted', async () => {
  for (const ref of await several(3)) await lapse(ref);
  await letTimePass(store(), trialMs + 1);
  for (const ref of await several(3)) expect(await lapse(ref)).toBe('lapsed');
  expect(await breaker()).toBeUndefined();
});

test('the row that all tenants share names nobody, and forgets who lapsed long ago', async () => {
  const person = '562949953425002';
  await lapse(await grantOf(person));
  const row = async () =>
    (await store().admin.query<{ row: string }>('SELECT grant_breaker::text AS row FROM grant_breaker')).rows[0]?.row;
  const before = await row();
  expect(before).toMatch(/[0-9a-f]{64}/);
  expect(before).not.toContain(person);
  const hash = before?.match(/[0-9a-f]{64}/)?.[0] ?? '';
  await letTimePass(store(), trialMs + 1);
  await lapse(await grantOf());
  expect(await row()).not.toContain(hash);
});

test('of all who ask while it is open, one may refresh in ten minutes, whichever tenant and process they are of', async () => {
  await opened();
  const waiting = await several(6);
  const other = createPool(store().database.serveUrl, { max: 2 });
  const processes = [grants(), createGrantStore(other, vault, { leaseMs })];
  const claims = async () => {
    const asked = waiting.flatMap((ref) => processes.map((one) => one.claim(ref, 1, randomUUID())));
    return (await Promise.all(asked)).filter((claim) => claim !== undefined);
  };
  expect(await claims()).toEqual([]);
  for (const _trial of [1, 2]) {
    await letTimePass(store(), trialMs + 1);
    const [trial, ...more] = await claims();
    expect([trial === undefined, more]).toEqual([false, []]);
    if (trial) await grants().unsure(trial, 0);
    expect(await claims()).toEqual([]);
  }
  await closePool(other);
});

test('upkeep makes the trial that is due, though nobody asks for a token', async () => {
  await opened();
  const ref = await grantOf();
  const due = () => within(ref, (db) => grantsToRefresh(db, 10));
  expect(await due()).toEqual([]);
  await letTimePass(store(), trialMs + 1);
  expect(await due()).toEqual([{ grantId: ref.grantId, version: 1 }]);
  await grants().store(second(await claimOf(ref)));
  expect(await breaker()).toBeUndefined();
  expect(await due()).toEqual([]);
});

test('an app that goes on being refused is tried every ten minutes, however often it was', async () => {
  const ref = await grantOf();
  await grants().clientRefused(await claimOf(ref), 3_600_000);
  expect(await breaker()).toMatchObject({ why: 'client-refused' });
  await letTimePass(store(), trialMs + 1);
  await claimOf(ref);
});

test('while it is open a new sign-in gives a pair that serves, and others’ access tokens serve on', async () => {
  const held = await opened();
  const serving = await grantOf(randomUUID(), 3_600_000);
  expect(await signInAgain(held)).toBe(true);
  expect(await within(held, (db) => findGrant(db, held.grantId))).toMatchObject({ state: 'live', version: 2 });
  expect(await breaker()).toMatchObject({ why: 'many-lapses' });
  const standing = (await grants().read(serving, null))?.standing;
  expect(standing).toMatchObject({ state: 'live', heldBack: { why: 'many-lapses' } });
  expect(standing?.accessLeftMs).toBeGreaterThan(3_500_000);
});
