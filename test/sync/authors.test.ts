import { expect, test } from '@jest/globals';
import { createManpower } from '../../sandbox/procore/acts/manpower.ts';
import { storeSyncUser } from '../../shared/store/connections/connections.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { daysAgo, useEngineGrounds } from './engine-ground.ts';

const newGround = useEngineGrounds();

test('what an earlier service account of ours made stays ours after another one was submitted', async () => {
  const ground = await newGround();
  const { small, source, store, tenantId, connectionId } = ground;
  await ground.match('e1', small.vendor.id);
  const { rows } = await store.admin.query('SELECT sync_user_id FROM connection WHERE connection_id = $1', [connectionId]);
  const present = String(rows[0]?.sync_user_id);
  const former = small.people.cleo.id;
  const learn = (id: string) => withTenant(store.pool, tenantId, (db) => storeSyncUser(db, connectionId, { id, name: 'sync' }));
  for (const id of [former, former, present]) await learn(id);
  createManpower(small.world, { personId: former, clientId: 'ours', seq: null }, small.project, {
    date: daysAgo(1),
    contactId: small.vendor.id,
    numWorkers: 1,
    numHours: '8.0',
  });
  source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  expect(await ground.cycle()).toMatchObject({ created: 1, parked: 0 });
  expect(ground.entries()).toHaveLength(1);
});
