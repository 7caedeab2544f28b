import { expect, test } from '@jest/globals';
import { createSyncActivities } from '../../activities/sync/index.ts';
import * as sweeps from '../../shared/store/records/sweeps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('facts past their time go, those of a group that still waits for a vendor stay and are written once it is matched', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId } = ground;
  await ground.match('e1', small.vendor.id);
  await ground.match('e9', null);
  source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  source.add({ worker: 'w9', employer: 'e9', day: daysAgo(1), hours: 4 });
  await ground.cycle();
  await older(ground, 91);
  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(2);
  expect(await factsOf(ground)).toHaveLength(1);
  await ground.match('e9', ground.vendor('Late Pty'));
  expect(await ground.cycle()).toMatchObject({ created: 1 });
});

test('after ninety days of waiting nobody can be recognised in a group, and its workers are counted as before', async () => {
  const ground = await newGround();
  const { source, store, tenantId } = ground;
  await ground.match('e9', null);
  const stays = [
    ['w1', 3],
    ['w1', 5],
    ['w2', 8],
  ] as const;
  for (const [worker, hours] of stays) source.add({ worker, employer: 'e9', day: daysAgo(101), hours });
  await cycleAt(ground, Date.now() - 100 * dayMs);
  expect(JSON.stringify(await factsOf(ground))).toContain('p-w1');
  await older(ground, 91);
  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(3);
  expect(JSON.stringify(await factsOf(ground))).not.toContain('p-');
  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(0);
  await ground.match('e9', ground.vendor('Late Pty'));
  await cycleAt(ground, Date.now());
  expect(ground.entries()).toMatchObject([{ numWorkers: 2, numHours: '8.0' }]);
});

test('a day ends whole: one that was corrected late loses no worker when all days are mapped again afterwards', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId } = ground;
  const thenMs = Date.now() - 100 * dayMs;
  await ground.match('e1', small.vendor.id);
  for (const worker of ['w1', 'w2', 'w3']) source.add({ worker, employer: 'e1', day: daysAgo(101), hours: 8 });
  await cycleAt(ground, thenMs);
  await older(ground, 91);
  const late = source.add({ worker: 'w4', employer: 'e1', day: daysAgo(101), hours: 8 });
  await cycleAt(ground, thenMs + dayMs);
  expect(ground.entries()).toMatchObject([{ numWorkers: 4 }]);

  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(4);
  await store.admin.query(
    `UPDATE connection SET partner_settings = '{"manpower": {"overnight": "split-at-midnight"}}' WHERE tenant_id = $1`,
    [tenantId],
  );
  source.change(late, { deleted: true });
  expect(await cycleAt(ground, Date.now())).toMatchObject({ created: 0, updated: 0 });
  expect(ground.entries()).toMatchObject([{ numWorkers: 4 }]);
});

test('what is known of a sign-in is kept no longer for being corrected', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId } = ground;
  await ground.match('e1', small.vendor.id);
  const stay = source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  await ground.cycle();
  await older(ground, 91);
  source.change(stay, { endKind: 'automatic' });
  await ground.cycle();
  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(1);
  expect(await factsOf(ground)).toEqual([]);
});

const dayMs = 86_400_000;

/** One cycle, as it would run at that time. */
const cycleAt = ({ dependencies, tenantId, link: { projectLinkId, generation } }: EngineGround, nowMs: number) =>
  createSyncActivities({ ...dependencies, nowMs: () => nowMs }).runStream({
    ...{ tenantId, projectLinkId, generation, stream: 'manpower' },
  });

const older = ({ store, tenantId }: EngineGround, days: number) =>
  store.admin.query(`UPDATE gathered_fact SET gathered_at = gathered_at - $2 * interval '1 day' WHERE tenant_id = $1`, [
    tenantId,
    days,
  ]);

const factsOf = async ({ store, tenantId }: EngineGround) =>
  (await store.admin.query('SELECT source_key, facts FROM gathered_fact WHERE tenant_id = $1', [tenantId])).rows;

test('thirty days after its end a delivery holds no values and no names any more, one that waits for a person still does', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId } = ground;
  await ground.match('e1', small.vendor.id);
  await ground.match('e8', ground.vendor('Far Away', false));
  source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  source.add({ worker: 'w8', employer: 'e8', day: daysAgo(1), hours: 8 });
  await ground.cycle();
  const payloads = async () =>
    (await store.admin.query('SELECT state, payload FROM delivery WHERE tenant_id = $1 ORDER BY state', [tenantId])).rows;
  expect(await withTenant(store.pool, tenantId, sweeps.sweepDeliveryPayloads)).toBe(0);
  await store.admin.query(`UPDATE delivery SET settled_at = settled_at - interval '31 days' WHERE tenant_id = $1`, [tenantId]);
  expect(await withTenant(store.pool, tenantId, sweeps.sweepDeliveryPayloads)).toBe(1);
  expect(await withTenant(store.pool, tenantId, sweeps.sweepDeliveryPayloads)).toBe(0);
  expect(await payloads()).toMatchObject([
    { state: 'done', payload: { fields: {}, address: {} } },
    { state: 'refused', payload: { fields: { workers: 1 } } },
  ]);
  source.add({ worker: 'w2', employer: 'e1', day: daysAgo(1), hours: 8 });
  expect(await ground.cycle()).toMatchObject({ updated: 1 });
});
