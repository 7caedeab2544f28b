import { beforeEach, expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../../activities/sync/index.ts';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { readStatus } from '../../../api/status.ts';
import { timingsOf } from '../../../shared/config/pace.ts';
import { openCauses } from '../../../shared/store/attention-view.ts';
import { findConnection } from '../../../shared/store/connections/connections.ts';
import { listSteps } from '../../../shared/store/connections/steps.ts';
import { readBreaker } from '../../../shared/store/grants/grant-breaker.ts';
import { listProjectLinks } from '../../../shared/store/projects/project-links.ts';
import { plans } from '../../../workflows/plans/index.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { closeBreaker, letTimePass } from '../../support/granted.ts';
import { decide, met } from '../../support/onboarded.ts';
import { authorize, forgetOthers, untilConnected, untilMapped } from '../../support/part3-connecting.ts';

// production's rounds: a loop that is not woken stays away for an hour
const bench = useChecksBench({ ...timingsOf('production'), httpDeadlineMs: 5000, inlineWaitMs: 500 });
const trialMs = 600_000;
let on: Connecting;
let projectLinkId: string;

const ownerGrantId = async () => (await on.inTenant((db) => findConnection(db, on.connectionId)))?.ownerGrantId ?? '';
const upkeep = () => createUpkeep(bench().deps).tidy({});
const cycle = () =>
  createSyncActivities(syncDependenciesOf(bench().deps)).runStream({
    tenantId: on.tenantId,
    projectLinkId,
    generation: 1,
    stream: 'rfis',
  });
const care = () => bench().checks.checkAll({ tenantId: on.tenantId, connectionId: on.connectionId, generation: 1 });
const causes = async () =>
  (await on.inTenant((db) => openCauses(db, on.connectionId, 100))).map(({ reason, owner }) => [reason, owner]);

/** What a round of upkeep tells the runs of this connection. */
async function toldByUpkeep() {
  const { told } = bench().runs;
  told.length = 0;
  await upkeep();
  return told.filter(({ workflowId }) => workflowId.includes(on.connectionId) || workflowId.includes(projectLinkId));
}
const loopIsWoken = expect.objectContaining({
  workflowId: expect.stringMatching(/^sync:/),
  name: 'retryItems',
});

const ownersTokenIsOver = async (): Promise<unknown> =>
  bench().store.admin.query(
    "UPDATE person_grant SET access_expires_at = clock_timestamp() - interval '1 second' WHERE grant_id = $1",
    [await ownerGrantId()],
  );
const opens = (why: string): Promise<unknown> =>
  bench().store.admin.query(
    "UPDATE grant_breaker SET open_since = clock_timestamp(), why = $1, next_trial_at = clock_timestamp() + interval '10 minutes'",
    [why],
  );

beforeEach(async () => {
  await closeBreaker(bench().store);
  await forgetOthers(bench());
  on = await untilConnected(bench());
  await untilMapped(on);
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['matchPeople', 'backfill', 'live']);
  projectLinkId = (await on.inTenant((db) => listProjectLinks(db, on.connectionId)))[0]?.projectLinkId ?? '';
  await cycle();
  await upkeep();
});

test.each(['client-refused', 'many-lapses'])(
  'while refreshes are held back (%s) item, step and status say that it is ours, and nobody is asked to sign in',
  async (why) => {
    await opens(why);
    await cycle(); // the token serves to its end
    expect(await causes()).toEqual([]);
    await ownersTokenIsOver();
    await expect(cycle()).rejects.toMatchObject({ kind: 'renewal-held-back' });
    bench().forgetReads();
    await care();
    const steps = await on.inTenant((db) => listSteps(db, on.connectionId));
    const stuck = steps.flatMap(({ outcome }) => (outcome?.state === 'stuck' ? [outcome] : []));
    expect(stuck.length).toBeGreaterThan(0);
    for (const outcome of stuck) expect(outcome).toMatchObject({ reason: 'renewal-held-back', on: 'operator' });
    expect(await causes()).toContainEqual(['renewal-held-back', 'operator']);
    const status = await on.inTenant(async (db) => {
      const connection = await findConnection(db, on.connectionId);
      if (!connection) throw new Error('the connection is there');
      return readStatus(db, connection, { after: undefined, limit: 100 }, plans.part3.steps);
    });
    expect(
      [status.next, ...status.waits, ...status.projects.flatMap(({ waits }) => waits)].map((wait) => wait?.owner),
    ).not.toContain('contractor');
    const ours = status.waits.filter(({ owner }) => owner === 'operator');
    expect(ours).toMatchObject([
      { side: 'us', what: expect.stringMatching(/^Nobody needs to sign in: .* tried again at \d{4}/) },
    ]);
  },
);

test('once a trial is answered whatever waited is woken, once, and goes on', async () => {
  await opens('client-refused');
  await ownersTokenIsOver();
  await expect(cycle()).rejects.toMatchObject({ kind: 'renewal-held-back' });
  bench().forgetReads();
  await care();
  expect(await toldByUpkeep()).toEqual([]);
  await letTimePass(bench().store, trialMs + 1);
  // another tenant, whose turn is earlier or later, may make the trial
  const told = [...(await toldByUpkeep()), ...(await toldByUpkeep())];
  expect(await on.inTenant(readBreaker)).toBeUndefined();
  expect(told).toContainEqual(loopIsWoken);
  expect(told).toContainEqual(expect.objectContaining({ workflowId: expect.stringMatching(/^care:/), name: 'retryStep' }));
  expect(await toldByUpkeep()).toEqual([]);
  await cycle();
  bench().forgetReads();
  await care();
  expect(await causes()).toEqual([]);
});

test('a sign-in while it is open wakes the loop, which goes on though others are held back', async () => {
  await opens('many-lapses');
  await ownersTokenIsOver();
  await expect(cycle()).rejects.toMatchObject({ kind: 'renewal-held-back' });
  await authorize(on, 'gus');
  expect(await toldByUpkeep()).toContainEqual(loopIsWoken);
  expect(await on.inTenant(readBreaker)).toBeDefined();
  await cycle();
  expect(await causes()).toEqual([]);
});

test('a loop that waits as told for one person’s authorization is woken by the sign-in that heals it', async () => {
  await ownersTokenIsOver();
  await bench().store.admin.query(
    "UPDATE person_grant SET state = 'unsure', next_try_at = clock_timestamp() + interval '1 hour' WHERE grant_id = $1",
    [await ownerGrantId()],
  );
  expect(await cycle()).toMatchObject({ why: expect.stringMatching(/did not renew/) });
  expect(await toldByUpkeep()).toEqual([]);
  await authorize(on, 'gus');
  expect(await toldByUpkeep()).toEqual([
    { workflowId: expect.stringMatching(/^sync:/), name: 'retryItems', message: { reason: 'grant-lapsed' } },
  ]);
  expect(await cycle()).not.toHaveProperty('waitUntilMs');
});
