import { expect, test } from '@jest/globals';
import { outcome } from '../../shared/domain/steps.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { listSteps } from '../../shared/store/connections/steps.ts';
import { hammertech } from '../../workflows/plans/hammertech.ts';
import { acme, type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { hammertechLogin, untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();

/** As long as Procore takes it. Most characters are of two code units, so that a cut falls into one. */
const longest = (name: string): string => `${name} ${'🏗'.repeat(Math.floor((254 - name.length) / 2))}`;

const stepsOf = ({ inTenant, connectionId }: Connecting) => inTenant((db) => listSteps(db, connectionId));

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** Every project and company on both sides. */
async function lengthenNames(): Promise<void> {
  const { world } = bench().sandbox;
  const { tenant } = hammertechLogin;
  const truth = await bench().control<{ projects: Named[]; employers: Named[] }>(`/hammertech/truth?tenant=${tenant}`);
  for (const kind of ['projects', 'employers'] as const)
    for (const { id, name } of truth[kind])
      await bench().control(`/hammertech/${kind}`, { act: 'change', tenant, id, record: { name: longest(name ?? id) } });
  for (const row of world.projects.all()) world.projects.put({ ...row, name: longest(row.name) });
  for (const row of world.vendors.all()) world.vendors.put({ ...row, name: longest(row.name) });
  for (const row of world.templates.all())
    if (row.companyId === acme) world.templates.put({ ...row, levels: { ...row.levels, directory: 'Admin' } });
}

test('names of 255 characters are cut in what every check says, whether it is met or not, and the steps can be read', async () => {
  await lengthenNames();
  const connecting = await untilLive(bench());
  const { tenantId, connectionId } = connecting;
  const round = { tenantId, connectionId, generation: 1, asked: hammertech.steps.map(({ id }) => id) };
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: true, missed: [] });
  const levels = (await stepsOf(connecting)).find(({ stepId }) => stepId === 'verifyProjectTemplate');
  expect(levels?.outcome).toMatchObject({
    state: 'met',
    warnings: expect.arrayContaining([expect.stringMatching(/^More than the guide .*…$/)]),
  });

  const { world } = bench().sandbox;
  for (const row of world.templates.all())
    if (row.companyId === acme) world.templates.put({ ...row, levels: { ...row.levels, daily_log: 'None' } });
  for (const row of world.projects.all()) world.projects.put({ ...row, timeZone: null });
  expect(await bench().checks.checkAll(round)).toMatchObject({ current: true, missed: [] });

  const seen = (await stepsOf(connecting)).flatMap((step) => (step.outcome === null ? [] : [step]));
  expect(seen.filter(({ outcome: of }) => !outcome.safeParse(of).success)).toEqual([]);
  expect(seen.length).toBeGreaterThan(8);
  expect(await bench().checks.openOnboarding({ tenantId, connectionId })).toMatchObject({ stage: 'live' });
  expect((await connecting.inTenant((db) => findConnection(db, connectionId)))?.stage).toBe('live');
}, 180_000);
