import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createSyncActivities } from '../../activities/sync/index.ts';
import type { Lane } from '../../shared/domain/lanes.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';

const open = useEngineGrounds();

/** The lane in which one cycle calls Procore, when its activity came in that of webhooks. */
async function laneOfCycle({ dependencies, tenantId, link }: EngineGround): Promise<Lane | undefined> {
  let lane: Lane | undefined;
  const activities = createSyncActivities({
    ...dependencies,
    surroundings: () => ({ ...dependencies.surroundings(), lane: 'webhooks' }),
    openClients: (wish) => {
      lane = wish.around.lane;
      expect(wish.projectLinkId).toBe(link.projectLinkId);
      return dependencies.openClients(wish);
    },
  });
  const { projectLinkId, generation } = link;
  await activities.runStream({ tenantId, projectLinkId, generation, stream: 'manpower' });
  return lane;
}

test('a first reading is backfill; what changes later goes in the lane of its cycle', async () => {
  const ground = await open();
  await ground.match('e1', ground.vendor('Concrete'));
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(2), hours: 8 });
  expect(await laneOfCycle(ground)).toBe('backfill');
  ground.source.add({ worker: 'w2', employer: 'e1', day: daysAgo(1), hours: 8 });
  expect(await laneOfCycle(ground)).toBe('webhooks');
  expect(ground.entries()).toHaveLength(2);
});

test('what piled up is backfill, until it is caught up with', async () => {
  const ground = await open();
  await ground.match('e1', ground.vendor('Concrete'));
  ground.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(2), hours: 8 });
  await ground.cycle();
  await pileUp(ground, 51);
  expect(await laneOfCycle(ground)).toBe('backfill');
  await ground.store.admin.query('DELETE FROM delivery WHERE project_link_id = $1 AND version = 9', [ground.link.projectLinkId]);
  await pileUp(ground, 50);
  expect(await laneOfCycle(ground)).toBe('webhooks');
});

/** Deliveries that stand in the queue and are not to be sent before tomorrow. */
const pileUp = ({ store, link }: EngineGround, count: number) =>
  store.admin.query(
    `INSERT INTO delivery (tenant_id, delivery_id, project_link_id, stream, natural_key, version, action, state, payload, next_look_at)
     SELECT d.tenant_id, gen_random_uuid(), d.project_link_id, d.stream, $3 || n, 9, 'create', 'queued', d.payload,
       clock_timestamp() + interval '1 day'
     FROM generate_series(1, $2) n, (SELECT * FROM delivery WHERE project_link_id = $1 LIMIT 1) d`,
    [link.projectLinkId, count, randomUUID()],
  );
