import { beforeEach, expect, test } from '@jest/globals';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

const templates = ['verifyCompanyTemplate', 'verifyProjectTemplate'];

beforeEach(async () => {
  world = await newWorld(apiOf());
  const { connectionId } = world;
  await withTenant(apiOf().store.pool, world.tenantId, async (db) => {
    for (const stepId of [...templates, 'verifyPartner'])
      await storeOutcome(db, {
        connectionId,
        stepId,
        outcome: { state: 'met', evidence: {} },
        doneBy: 'system',
        by: 'onboarding',
      });
  });
});

const change = (body: object) => apiOf().call('post', `/v1/connections/${world.connectionId}/settings`, { key: world.key, body });

/** Steps that the next round of care looks at whatever their turn is. */
async function due(): Promise<readonly string[]> {
  const { rows } = await apiOf().store.admin.query<{ step_id: string }>(
    `SELECT step_id FROM step WHERE connection_id = $1 AND state = 'done' AND checked_at IS NULL ORDER BY position`,
    [world.connectionId],
  );
  return rows.map(({ step_id }) => step_id);
}

test('a module that is switched on or off makes the rights due that modules need, and nothing else', async () => {
  expect(await change({ modules: ['manpower', 'visitors', 'visitors'] })).toMatchObject({
    status: 200,
    body: { modules: ['manpower', 'visitors'] },
  });
  expect(await due()).toEqual(templates);
});

test('the same modules in another order, or settings alone, ask for nothing', async () => {
  await change({ modules: ['manpower'] });
  await change({ settings: { manpower: { ownStaff: 'skip' } } });
  expect(await due()).toEqual([]);
});

test('a module that HammerTech does not have is refused by name, with those that there are', async () => {
  const answer = await change({ modules: ['manpower', 'drones'] });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  expect(JSON.stringify(answer.body)).toContain('there is no module drones; send some of manpower, vendors');
  expect(await due()).toEqual([]);
});
