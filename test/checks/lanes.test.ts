import { expect, test } from '@jest/globals';
import { createChecks } from '../../activities/checks/index.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { Lane } from '../../shared/domain/lanes.ts';
import type { Asker } from '../../shared/procore/budget.ts';
import { noteLook } from '../../shared/store/connections/connections.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';

const bench = useChecksBench();
const stepId = 'verifyCredentials';

/** The activities in one lane, as their priority says, and who asked the budget for calls meanwhile. */
function listening(lane: Lane) {
  const asked: Asker[] = [];
  const { deps } = bench();
  const budget: ActivityDependencies['procore']['budget'] = {
    reserve: (asker, nowMs) => {
      asked.push(asker);
      return deps.procore.budget.reserve(asker, nowMs);
    },
    learn: (budgetKey, facts, reservedAt) => deps.procore.budget.learn(budgetKey, facts, reservedAt),
  };
  const surroundings = () => ({ ...deps.surroundings(), lane });
  return { asked, checks: createChecks({ ...deps, procore: { ...deps.procore, budget }, surroundings }) };
}

async function withCredential(credential: { clientId: string; clientSecret: string }): Promise<Connecting> {
  const connecting = await bench().connect();
  await connecting.submitService(credential);
  return connecting;
}
const newCredential = () =>
  bench().control<{ clientId: string; clientSecret: string }>('/credentials', { companyId: acme, kind: 'legacy', fresh: true });
const refOf = ({ tenantId, connectionId }: Connecting) => ({ tenantId, connectionId });

test.each(['onboarding', 'polling'] as const)('a check calls in the lane of its activity: %s', async (lane) => {
  const { asked, checks } = listening(lane);
  await checks.checkStep({ ...refOf(await withCredential(await newCredential())), stepId });
  expect(new Set(asked.map((asker) => asker.lane))).toEqual(new Set([lane]));
});

test('while somebody looks at the page, a check calls in the lane of answers', async () => {
  const { asked, checks } = listening('polling');
  const connecting = await withCredential(await newCredential());
  await connecting.inTenant((db) => noteLook(db, connecting.connectionId));
  await checks.checkStep({ ...refOf(connecting), stepId });
  expect(new Set(asked.map((asker) => asker.lane))).toEqual(new Set(['answers']));
});

test('tenants with one credential share one budget, told apart under hashes', async () => {
  const credential = await newCredential();
  const { asked, checks } = listening('polling');
  const connections = [await withCredential(credential), await withCredential(credential)];
  for (const connecting of connections) await checks.checkStep({ ...refOf(connecting), stepId });
  expect(new Set(asked.map((asker) => asker.budgetKey)).size).toBe(1);
  expect(new Set(asked.map((asker) => asker.tenant)).size).toBe(2);
  for (const { tenantId, connectionId } of connections) {
    for (const id of [tenantId, connectionId, credential.clientId, acme]) expect(JSON.stringify(asked)).not.toContain(id);
  }
});
