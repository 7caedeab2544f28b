import { beforeEach, expect, test } from '@jest/globals';
import { createChecks } from '../../../activities/checks/index.ts';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import type { Token } from '../../../sandbox/kernel/model-apps.ts';
import { revokePair } from '../../../sandbox/login/tokens.ts';
import type { Asker } from '../../../shared/procore/budget.ts';
import { revealSecret } from '../../../shared/security/secret.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import { findGrant } from '../../../shared/store/grants/grants.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { mailTo } from '../../support/inviting.ts';
import { authorize, gus, untilConnected } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
/** Tenants of one Procore company, each connected by the same person, who signed in for each. */
let here: Connecting;
let there: Connecting;

const ownerGrant = async (on: Connecting): Promise<string> =>
  (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId ?? '';
async function grant(on: Connecting) {
  const grantId = await ownerGrant(on);
  return on.inTenant((db) => findGrant(db, grantId));
}
const source = async (on: Connecting) => bench().deps.grants.sourceFor(on.tenantId, await ownerGrant(on));
const bearer = async (on: Connecting): Promise<string> => revealSecret(await (await source(on)).bearer());
const upkeep = () => createUpkeep(bench().deps).tidy({});
const mails = async () => (await mailTo(bench().sandbox, gus)).length;
const asked = async (on: Connecting) =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).map(({ reason }) => reason);
/** A round of care; what it says of the owner's tools. */
async function care({ check }: Connecting) {
  await check('authorizeContractor');
  return check('verifyTools');
}

/** As Procore holds it. */
function pairOf(accessToken: string): Token {
  const found = bench().sandbox.world.tokens.find((token) => token.accessToken === accessToken);
  if (!found) throw new Error('Procore has given no such token');
  return found;
}
const isGood = (accessToken: string) => {
  const { accessRevoked, refreshRevoked } = pairOf(accessToken);
  return !accessRevoked && !refreshRevoked;
};

/** Whoever needs a token from now on has to have it refreshed. */
const expire = (...tenants: readonly Connecting[]) =>
  bench().store.admin.query(
    `UPDATE person_grant SET access_issued_at = access_issued_at - interval '3 hours',
       access_expires_at = access_expires_at - interval '3 hours' WHERE tenant_id = ANY ($1)`,
    [tenants.map(({ tenantId }) => tenantId)],
  );

beforeEach(async () => {
  [here, there] = [await untilConnected(bench()), await untilConnected(bench())];
  expect((await grant(here))?.procoreUserId).toBe((await grant(there))?.procoreUserId);
});

test('each tenant calls with its own token of them, also where both are refreshed at once', async () => {
  const before = [await bearer(here), await bearer(there)];
  expect(new Set(before).size).toBe(2);
  await expire(here, there);
  const after = await Promise.all([here, there, here, there].map(bearer));
  expect(after.slice(2)).toEqual(after.slice(0, 2));
  expect(new Set([...before, ...after]).size).toBe(4);
  expect(after.map(isGood)).toEqual([true, true, true, true]);
});

test('their calls for one tenant count against no budget of the other’s', async () => {
  const budgets = async ({ tenantId, connectionId }: Connecting) => {
    const { deps } = bench();
    const keys = new Set<string>();
    const reserve = (asker: Asker, nowMs: number) => {
      keys.add(asker.budgetKey);
      return deps.procore.budget.reserve(asker, nowMs);
    };
    const budget = { ...deps.procore.budget, reserve };
    await createChecks({ ...deps, procore: { ...deps.procore, budget } }).checkStep({
      tenantId,
      connectionId,
      stepId: 'verifyTools',
    });
    return [...keys];
  };
  const [ours, theirs] = [await budgets(here), await budgets(there)];
  expect([ours.length, theirs.length]).toEqual([1, 1]);
  expect(ours).not.toEqual(theirs);
});

test('revoked for one tenant, it is ended at Procore for that one alone; the other goes on with the token it had', async () => {
  const [ended, kept] = [await bearer(here), await bearer(there)];
  const grantId = await ownerGrant(here);
  expect(await here.inTenant((db) => revokeGrant(db, grantId))).toBe(true);
  await upkeep();
  expect([isGood(ended), isGood(kept)]).toEqual([false, true]);
  expect([await care(here), await care(there)]).toMatchObject([{ state: 'stuck', on: 'admin' }, { state: 'met' }]);
  expect(await bearer(there)).toBe(kept);
  expect((await grant(there))?.state).toBe('live');
});

test('lapsed for one tenant, they are asked to sign in again for that one, by one mail; the other’s is refreshed as ever', async () => {
  revokePair(bench().sandbox.world, pairOf(await bearer(here)));
  await expire(here, there);
  await expect(bearer(here)).rejects.toMatchObject({ kind: 'grant-lapsed' });
  expect(isGood(await bearer(there))).toBe(true);
  expect([(await grant(here))?.state, (await grant(there))?.state]).toEqual(['lapsed', 'live']);
  const before = await mails();
  await upkeep();
  expect((await mails()) - before).toBe(1);
  expect([await care(here), await care(there)]).toMatchObject([
    { state: 'stuck', reason: 'grant-lapsed', on: 'contractor' },
    { state: 'met' },
  ]);
  expect(await asked(there)).toEqual([]);
});

test('signed in again for one tenant, only that one’s former pair is ended', async () => {
  const [former, kept] = [await bearer(here), await bearer(there)];
  const version = (await grant(there))?.version;
  await authorize(here, 'gus');
  await here.check('authorizeContractor');
  await upkeep();
  const now = await bearer(here);
  expect([former, now, kept].map(isGood)).toEqual([false, true, true]);
  expect((await grant(there))?.version).toBe(version);
  expect(await bearer(there)).toBe(kept);
});
