import { expect, test } from '@jest/globals';
import * as sweeps from '../../shared/store/sweeps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, useSyncGrounds } from './ground.ts';

const newGround = useSyncGrounds();

test('facts past their time go, those of a group that still waits for a vendor stay and are written once it is matched', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId } = ground;
  await ground.match('e1', small.vendor.id);
  await ground.match('e9', null);
  source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  source.add({ worker: 'w9', employer: 'e9', day: daysAgo(1), hours: 4 });
  await ground.cycle();
  await store.admin.query(`UPDATE gathered_fact SET gathered_at = gathered_at - interval '91 days' WHERE tenant_id = $1`, [
    tenantId,
  ]);
  expect(await withTenant(store.pool, tenantId, sweeps.sweepGatheredFacts)).toBe(1);
  await ground.match('e9', ground.vendor('Late Pty'));
  expect(await ground.cycle()).toMatchObject({ created: 1 });
});

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
