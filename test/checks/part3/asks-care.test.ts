import { expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../../activities/sync/index.ts';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { listProjectLinks } from '../../../shared/store/projects/project-links.ts';
import { plans } from '../../../workflows/plans/index.ts';
import { useChecksBench } from '../../support/checks-bench.ts';
import { decide, met } from '../../support/onboarded.ts';
import { untilConnected, untilMapped } from '../../support/part3-connecting.ts';

/** A command is told again as soon as it is there. */
const bench = useChecksBench({ upkeepRoundMs: 0 });

test('a revoked token that a loop comes upon has care look at the step that proves the token', async () => {
  const on = await untilConnected(bench());
  await untilMapped(on);
  await met(on, ['matchPeople']);
  await on.check('authorizeResponders');
  await decide(on, 'choose-backfill', { which: 'none' });
  await met(on, ['backfill', 'live']);
  const [link] = await on.inTenant((db) => listProjectLinks(db, on.connectionId));
  await bench().control('/part3/tokens', { act: 'change', token: part3Tokens['north-studio'], active: false });
  const { runStream } = createSyncActivities(syncDependenciesOf(bench().deps));
  const { tenantId } = on;
  const { projectLinkId = '', generation = 0 } = link ?? {};
  await expect(runStream({ tenantId, projectLinkId, generation, stream: 'rfi-replies' })).rejects.toThrow();

  bench().runs.told.length = 0;
  await createUpkeep(bench().deps).tidy({});
  const told = bench().runs.told.filter(({ workflowId }) => workflowId.includes(on.connectionId));
  expect(told).toEqual([
    { workflowId: `care:${tenantId}:${on.connectionId}`, name: 'retryStep', message: { stepId: 'verifyPartner' } },
  ]);
  const repeated = plans.part3.steps.filter(({ repeatInCare }) => repeatInCare).map(({ id }) => id);
  expect(repeated).toContain('verifyPartner');
});
