import { expect, test } from '@jest/globals';
import { onBehalfOf } from '../../shared/security/on-behalf-of.ts';
import { findStep } from '../../shared/store/connections/steps.ts';
import { acme, useChecksBench } from '../support/checks-bench.ts';
import { untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();

interface Account {
  readonly clientSecret: string;
  readonly personId: string;
}

test('a project that is called by the secret of its own customer is told and kept without it', async () => {
  const { world } = bench().sandbox;
  const { clientSecret, personId } = await bench().control<Account>('/credentials', { companyId: acme, kind: 'legacy' });
  const project = world.projects.find(({ number }) => number === 'AC-102');
  if (!project) throw new Error('the seed has AC-102');
  world.projects.put({ ...project, name: `Tower ${clientSecret} East` });
  const connecting = await untilLive(bench());
  const { tenantId, connectionId } = connecting;
  await bench().control('/admin/users/take-off-project', { projectId: project.id, personId });
  bench().forgetReads();

  const round = await onBehalfOf(tenantId, () =>
    bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked: ['assignProjects'] }),
  );
  expect(round.regressed).toMatchObject([{ stepId: 'assignProjects' }]);
  const step = await connecting.inTenant((db) => findStep(db, connectionId, 'assignProjects'));
  expect(JSON.stringify(step?.outcome)).toContain('Tower [secret] East');
  expect(JSON.stringify(step)).not.toContain(clientSecret);
}, 120_000);
