import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Claim, GrantRef, SealedNewPair } from '../../activities/grants/contract.ts';
import { createGrantStore } from '../../activities/grants/store.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { readBreaker } from '../../shared/store/grants/grant-breaker.ts';
import { leftoversToRevoke } from '../../shared/store/grants/grant-leftovers.ts';
import { lockGrantOfPerson, replacePair, revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import {
  findGrant,
  findGrantOfPerson,
  grantsToRefresh,
  lapsesToTell,
  markLapseTold,
  noteGrantUse,
} from '../../shared/store/grants/grants.ts';
import { closePool, createPool, type Db, withTenant } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { eventually } from '../support/eventually.ts';
import { closeBreaker, heldOf, letTimePass, newGrant } from '../support/granted.ts';
import { testBoxKeys, testRoots, useTestStore } from '../support/store.ts';

const store = useTestStore();
const leaseMs = 60_000;
const vault = createVault(testRoots, testBoxKeys.privateKey);
const grants = () => createGrantStore(store().pool, vault, { leaseMs });
const within = <Result>({ tenantId }: GrantRef, work: (db: Db) => Promise<Result>): Promise<Result> =>
  withTenant(store().pool, tenantId, work);

beforeEach(() => closeBreaker(store()));

/** An access token in its last minute, so that it is to be refreshed. */
const expiring = async (tenantId?: string): Promise<GrantRef> =>
  newGrant(
    store().pool,
    vault,
    tenantId ?? (await store().newTenant()),
    { accessToken: 'a1', refreshToken: 'r1' },
    { leftMs: 60_000 },
  );
const claimOf = async (ref: GrantRef, version = 1): Promise<Claim> => {
  const claim = await grants().claim(ref, version, randomUUID());
  if (!claim) throw new Error('the claim was refused');
  return claim;
};
const second = (claim: Claim, name = 'r2'): SealedNewPair =>
  claim.seal({ ...heldOf({ accessToken: `a of ${name}`, refreshToken: name }), expiresAtMs: 0, lifeMs: 5_400_000 });
const stateOf = async (ref: GrantRef) => {
  const grant = await within(ref, (db) => findGrant(db, ref.grantId));
  return `${grant?.state}(${grant?.version})`;
};
const pairOf = async (ref: GrantRef) => {
  const pair = (await grants().read(ref, null))?.pair;
  return pair && revealSecret(pair.refreshToken);
};
const leftOf = async (ref: GrantRef) => (await within(ref, (db) => leftoversToRevoke(db, 100))).length;

describe('a claim', () => {
  test('is had by one of many who ask at once, and gives them the refresh token', async () => {
    const ref = await expiring();
    const claims = await Promise.all(Array.from({ length: 20 }, () => grants().claim(ref, 1, randomUUID())));
    const had = claims.filter((claim) => claim !== undefined);
    expect(had.map((claim) => [revealSecret(claim.refreshToken), claim.unknowns])).toEqual([['r1', 0]]);
    expect(await grants().read(ref, 1)).toMatchObject({ standing: { state: 'refreshing', isClaimed: true } });
  });

  test('of a version that has passed, or of another tenant’s grant, is refused', async () => {
    const ref = await expiring();
    expect(await grants().claim(ref, 2, randomUUID())).toBeUndefined();
    expect(await grants().claim({ ...ref, tenantId: await store().newTenant() }, 1, randomUUID())).toBeUndefined();
  });

  test('of one process is refused to another that asks at the very same moment, and to everybody while its lease runs', async () => {
    const ref = await expiring();
    const { database } = store();
    const [other, holder] = [createPool(database.serveUrl, { max: 2 }), new Client({ connectionString: database.adminUrl })];
    const processes = [grants(), createGrantStore(other, vault, { leaseMs })];
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM person_grant WHERE grant_id = $1 FOR UPDATE', [ref.grantId]);
    const asked = processes.map((one) => one.claim(ref, 1, randomUUID()));
    await eventually('both processes to stand before the row', async () => {
      const waiting = "datname = current_database() AND wait_event_type = 'Lock'";
      const { rows } = await store().admin.query(`SELECT count(*)::int AS many FROM pg_stat_activity WHERE ${waiting}`);
      return rows[0]?.many === 2;
    });
    await holder.query('COMMIT');
    const claims = await Promise.all(asked);
    const later = await Promise.all(processes.map((one) => one.claim(ref, 1, randomUUID())));
    await Promise.all([holder.end(), closePool(other)]);
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(later).toEqual([undefined, undefined]);
  });

  test.each(['lapsed', 'revoked'] as const)(
    'of a grant that is %s is refused, though nobody has a lease on it',
    async (state) => {
      const ref = await expiring();
      if (state === 'lapsed') await grants().lapse(await claimOf(ref));
      else await within(ref, (db) => revokeGrant(db, ref.grantId));
      expect(await stateOf(ref)).toBe(`${state}(1)`);
      expect(await grants().claim(ref, 1, randomUUID())).toBeUndefined();
      expect(await stateOf(ref)).toBe(`${state}(1)`);
    },
  );

  test('that nobody ended runs out with its lease, by the database’s clock', async () => {
    const ref = await expiring();
    await claimOf(ref);
    await letTimePass(store(), leaseMs - 1_000);
    expect(await grants().claim(ref, 1, randomUUID())).toBeUndefined();
    await letTimePass(store(), 1_001);
    expect(await claimOf(ref)).toMatchObject({ unknowns: 0, notSent: 0 });
  });

  test('given back leaves the grant live, and is not had again before its pause is over', async () => {
    const ref = await expiring();
    await grants().giveBack(await claimOf(ref), 0);
    await grants().giveBack(await claimOf(ref), 5_000);
    expect(await stateOf(ref)).toBe('live(1)');
    expect(await grants().claim(ref, 1, randomUUID())).toBeUndefined();
    await letTimePass(store(), 5_001);
    expect(await claimOf(ref)).toMatchObject({ unknowns: 0, notSent: 1 });
  });

  test('after an unknown outcome is not had before both the lease and the pause are over', async () => {
    const ref = await expiring();
    await grants().unsure(await claimOf(ref), 10);
    expect(await stateOf(ref)).toBe('unsure(1)');
    await letTimePass(store(), 1_000);
    expect(await grants().claim(ref, 1, randomUUID())).toBeUndefined();
    await letTimePass(store(), leaseMs);
    expect(await claimOf(ref)).toMatchObject({ unknowns: 1, notSent: 0 });
  });

  test('that another has taken over meanwhile can neither be given back nor made unsure', async () => {
    const ref = await expiring();
    const slow = await claimOf(ref);
    await letTimePass(store(), leaseMs + 1);
    await claimOf(ref);
    await grants().giveBack(slow, 0);
    await grants().unsure(slow, 0);
    expect(await grants().read(ref, 1)).toMatchObject({ standing: { state: 'refreshing', isClaimed: true } });
  });
});

describe('a new pair', () => {
  test('is the next version, and its life is reckoned from the claim', async () => {
    const ref = await expiring();
    expect(await grants().store(second(await claimOf(ref)))).toBe('stored');
    expect([await stateOf(ref), await pairOf(ref)]).toEqual(['live(2)', 'r2']);
    const standing = (await grants().read(ref, 2))?.standing;
    expect(standing?.accessLeftMs).toBeGreaterThan(5_390_000);
    expect(standing?.accessLeftMs).toBeLessThanOrEqual(5_400_000);
  });

  test.each(['lease run out', 'claimed by another', 'unsure', 'lapsed'])('is stored although its grant is: %s', async (how) => {
    const ref = await expiring();
    const slow = await claimOf(ref);
    if (how === 'unsure') await grants().unsure(slow, 0);
    else if (how === 'lapsed') await grants().lapse(slow);
    else await letTimePass(store(), leaseMs + 1);
    if (how === 'claimed by another') await claimOf(ref);
    expect(await grants().store(second(slow))).toBe('stored');
    expect([await stateOf(ref), await pairOf(ref)]).toEqual(['live(2)', 'r2']);
  });

  test('whose COMMIT nobody heard of is known by its attempt, also after later versions', async () => {
    const ref = await expiring();
    const first = second(await claimOf(ref));
    await grants().store(first);
    expect(await grants().store(first)).toBe('stored');
    await grants().store(second(await claimOf(ref, 2), 'r3'));
    expect(await grants().store(first)).toBe('stored');
    expect([await stateOf(ref), await pairOf(ref), await leftOf(ref)]).toEqual(['live(3)', 'r3', 0]);
  });

  test('that comes after another one of the same version is left to be revoked', async () => {
    const ref = await expiring();
    const slow = await claimOf(ref);
    await letTimePass(store(), leaseMs + 1);
    await grants().store(second(await claimOf(ref), 'quick'));
    expect(await grants().store(second(slow, 'slow'))).toBe('left');
    expect([await stateOf(ref), await pairOf(ref), await leftOf(ref)]).toEqual(['live(2)', 'quick', 1]);
  });

  test('never revives a revoked grant, and is left to be revoked beside the one it had', async () => {
    const ref = await expiring();
    const claim = await claimOf(ref);
    expect(await within(ref, (db) => revokeGrant(db, ref.grantId))).toBe(true);
    expect(await grants().store(second(claim))).toBe('left');
    expect([await stateOf(ref), await leftOf(ref)]).toEqual(['revoked(1)', 2]);
    expect(await within(ref, (db) => revokeGrant(db, ref.grantId))).toBe(false);
  });

  test('of a tenant that is no more is let go of', async () => {
    const ref = await expiring();
    const pair = second(await claimOf(ref));
    const nobody = randomUUID();
    expect(await grants().store({ ...pair, tenantId: nobody })).toBe('gone');
  });
});

describe('a refused refresh token', () => {
  test('is a lapse, told once by one of all who ask', async () => {
    const ref = await expiring();
    const claim = await claimOf(ref);
    expect(await grants().lapse(claim)).toBe('lapsed');
    expect(await grants().lapse(claim)).toBe('superseded');
    const untold = await within(ref, (db) => lapsesToTell(db, 10));
    expect(untold).toMatchObject([{ grantId: ref.grantId, version: 1 }]);
    const lapse = { grantId: ref.grantId, version: 1 };
    const told = await Promise.all(Array.from({ length: 5 }, () => within(ref, (db) => markLapseTold(db, lapse))));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await within(ref, (db) => lapsesToTell(db, 10))).toEqual([]);
  });

  test('is not believed where a newer pair stands, or another attempt lives', async () => {
    const ref = await expiring();
    const slow = await claimOf(ref);
    await letTimePass(store(), leaseMs + 1);
    const other = await claimOf(ref);
    expect(await grants().lapse(slow)).toBe('superseded');
    await grants().store(second(other));
    expect(await grants().lapse(slow)).toBe('superseded');
    expect(await stateOf(ref)).toBe('live(2)');
  });

  test('needs nobody told where the person has signed in again since', async () => {
    const ref = await expiring();
    await grants().lapse(await claimOf(ref));
    await signInAgain(ref);
    expect(await within(ref, (db) => lapsesToTell(db, 10))).toEqual([]);
  });

  test('of a fourth grant within ten minutes is held back: nobody is told, and nobody refreshes', async () => {
    const tenantId = await store().newTenant();
    const refs = await Promise.all(Array.from({ length: 5 }, () => expiring(tenantId)));
    const [a, b, c, fourth, fifth] = refs as [GrantRef, GrantRef, GrantRef, GrantRef, GrantRef]; // five were made
    for (const ref of [a, b, c]) expect(await grants().lapse(await claimOf(ref))).toBe('lapsed');
    expect(await grants().lapse(await claimOf(fourth))).toBe('held-back');
    expect(await stateOf(fourth)).toBe('unsure(1)');
    expect(await within(a, (db) => lapsesToTell(db, 10))).toHaveLength(3);
    expect(await within(a, readBreaker)).toMatchObject({ why: 'many-lapses' });
    expect(await grants().claim(fifth, 1, randomUUID())).toBeUndefined();
    const closedForMs = (await grants().read(fifth, 1))?.standing.claimableInMs;
    expect(closedForMs).toBeGreaterThan(590_000);

    await letTimePass(store(), 600_001);
    const trial = await claimOf(fifth);
    expect(await grants().claim(fourth, 1, randomUUID())).toBeUndefined(); // one trial at a time
    await grants().store(second(trial));
    expect(await within(a, readBreaker)).toBeUndefined();
    await claimOf(fourth);
  });
});

test('an app that Procore refuses stops every refresh, until one trial went well', async () => {
  const [one, other] = [await expiring(), await expiring()];
  await grants().clientRefused(await claimOf(one), 1_000);
  expect(await stateOf(one)).toBe('unsure(1)');
  expect(await grants().claim(other, 1, randomUUID())).toBeUndefined();
  expect(await within(one, readBreaker)).toMatchObject({ why: 'client-refused' });
  await letTimePass(store(), 600_001);
  await grants().clientRefused(await claimOf(other), 1_000);
  expect(await grants().claim(one, 1, randomUUID())).toBeUndefined();
  await letTimePass(store(), 600_001);
  await grants().store(second(await claimOf(one)));
  await claimOf(other);
});

const signInAgain = (ref: GrantRef): Promise<boolean> =>
  within(ref, async (db) => {
    const person = await findGrant(db, ref.grantId);
    const procoreUserId = person?.procoreUserId ?? '';
    expect(await lockGrantOfPerson(db, procoreUserId)).toBe(ref.grantId);
    const pair = {
      ...ref,
      sealedPair: Buffer.from('sealed'),
      issuedAt: new Date(),
      expiresAt: new Date(),
      signInId: randomUUID(),
    };
    return replacePair(
      db,
      { tenantId: ref.tenantId, procoreUserId, procoreLogin: 'new@north.example', procoreName: 'Ria' },
      pair,
    );
  });

describe('a new sign-in of the same person', () => {
  test('has not been used yet: the last use was the former pair’s', async () => {
    const ref = await expiring();
    const grant = () => within(ref, (db) => findGrant(db, ref.grantId));
    await within(ref, (db) => noteGrantUse(db, ref.grantId));
    expect((await grant())?.lastUsedAt).toBeInstanceOf(Date);
    expect(await signInAgain(ref)).toBe(true);
    expect((await grant())?.lastUsedAt).toBeNull();
    await within(ref, (db) => noteGrantUse(db, ref.grantId));
    const { authorizedAt = new Date(), lastUsedAt } = (await grant()) ?? {};
    expect(lastUsedAt?.getTime()).toBeGreaterThanOrEqual(authorizedAt.getTime());
  });

  test.each(['live', 'refreshing', 'unsure', 'lapsed'] as const)(
    'takes the place of a pair that is %s, which is left to be revoked',
    async (state) => {
      const ref = await expiring();
      const claim = state === 'live' ? undefined : await claimOf(ref);
      if (claim && state === 'unsure') await grants().unsure(claim, 0);
      if (claim && state === 'lapsed') await grants().lapse(claim);
      expect(await stateOf(ref)).toBe(`${state}(1)`);
      expect(await signInAgain(ref)).toBe(true);
      expect([await stateOf(ref), await leftOf(ref)]).toEqual(['live(2)', 1]);
      // what comes for the former token now is of no use to anybody
      if (claim) expect(await grants().store(second(claim))).toBe('left');
      expect(await stateOf(ref)).toBe('live(2)');
    },
  );

  test('does not revive a revoked grant', async () => {
    const ref = await expiring();
    const person = await within(ref, (db) => findGrant(db, ref.grantId));
    await within(ref, (db) => revokeGrant(db, ref.grantId));
    expect(await within(ref, (db) => findGrantOfPerson(db, person?.procoreUserId ?? ''))).toBeUndefined();
    await expect(signInAgain(ref)).rejects.toThrow();
  });

  test('cannot make a second grant beside the first', async () => {
    const tenantId = await store().newTenant();
    const make = () => newGrant(store().pool, vault, tenantId, { accessToken: 'a', refreshToken: 'r' }, { procoreUserId: '42' });
    const ref = await make();
    await expect(make()).rejects.toThrow(/unique/);
    await within(ref, (db) => revokeGrant(db, ref.grantId));
    await make();
  });
});

test('upkeep is given what lay idle for a week, and what an attempt left unfinished once its access token is over', async () => {
  const tenantId = await store().newTenant();
  const [idle, crashed, fresh] = [await expiring(tenantId), await expiring(tenantId), await expiring(tenantId)];
  await claimOf(crashed);
  const due = async () => (await within(idle, (db) => grantsToRefresh(db, 10))).map(({ grantId }) => grantId);
  expect(await due()).toEqual([]);
  await letTimePass(store(), leaseMs + 60_000);
  expect(await due()).toEqual([crashed.grantId]);
  await letTimePass(store(), 7 * 86_400_000);
  await grants().store(second(await claimOf(fresh)));
  expect((await due()).sort()).toEqual([crashed.grantId, idle.grantId].sort());
});
