import { expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import { storeSettings } from '../../shared/store/connections/connections.ts';
import { findDryRun } from '../../shared/store/projects/dry-runs.ts';
import { foreseenPage } from '../../shared/store/projects/foreseen-view.ts';
import { listProjectLinks } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { eventually } from '../support/eventually.ts';
import { confirmNewest, decide, met, untilBound } from '../support/onboarded.ts';
import { committedSince } from '../sync/foreseen.ts';

const bench = useChecksBench();
const modules = ['manpower', 'vendors', 'visitors', 'incidents', 'observations', 'notes'];

/** Acme with every module on, matched: only the dry run is left. */
async function matched(): Promise<Connecting> {
  const connecting = await untilBound(bench());
  await connecting.inTenant((db) => storeSettings(db, connecting.connectionId, { modules, settings: {} }));
  await met(connecting, ['connectApp', 'verifyCompanyTemplate', 'verifyProjectTemplate', 'verifyPartner']);
  await decide(connecting, 'choose-projects', { existing: 'all', chosen: [], future: true });
  await met(connecting, ['assignProjects', 'matchRecords']);
  return connecting;
}

/** Looks again as soon as Procore lets us: until then nothing is asked of it. */
const onceAllowed = (connecting: Connecting): Promise<boolean> =>
  eventually('the dry run to go on', () =>
    met(connecting, ['dryRun']).then(
      () => true,
      () => false,
    ),
  );

async function foreseenOf(connecting: Connecting) {
  const dryRun = await connecting.inTenant((db) => findDryRun(db, connecting.connectionId));
  if (!dryRun) throw new Error('there is no dry run');
  const records = await connecting.inTenant((db) =>
    foreseenPage(db, { dryRunId: dryRun.dryRunId, limit: 100_000, after: undefined }),
  );
  return { dryRun, records };
}

test('one that was cut off goes on where it ended, and asks Procore for nothing twice', async () => {
  const connecting = await matched();
  const { world } = bench().sandbox;
  const isList = (operationId: string | null) => operationId === 'RestV10ProjectsProjectIdManpowerLogsGet';
  const listed = (mark: number) =>
    world.ledger
      .after(mark, { side: 'procore' })
      .filter(({ operationId, status }) => isList(operationId) && status === 200)
      .map(({ projectId }) => projectId);
  const start = world.ledger.last;
  world.faults.add({
    match: { operationId: 'RestV10ProjectsProjectIdManpowerLogsGet' },
    nth: 5,
    effect: { kind: 'unavailable', retryAfter: 1 },
  });
  await expect(connecting.check('dryRun')).rejects.toThrow();
  expect(await connecting.inTenant((db) => findDryRun(db, connecting.connectionId))).toBeUndefined();
  const first = new Set(listed(start));
  expect(first.size).toBe(4);
  const again = world.ledger.last;
  await onceAllowed(connecting);
  const second = new Set(listed(again));
  expect([...second].filter((projectId) => first.has(projectId))).toEqual([]);
  expect(first.size + second.size).toBe(12);
  const calls = world.ledger.after(start).map(({ method, path, query }) => `${method} ${path}?${query ?? ''}`);
  const repeated = calls.filter((call, at) => /daily_log_headers/.test(call) && calls.indexOf(call) !== at);
  expect(repeated.length).toBeLessThanOrEqual(3); // those of the part that was cut off
}, 180_000);

test('what it rests on was changed meanwhile: nothing of the cut-off one is used', async () => {
  const connecting = await matched();
  const { world } = bench().sandbox;
  world.faults.add({
    match: { operationId: 'RestV10ProjectsProjectIdManpowerLogsGet' },
    nth: 3,
    effect: { kind: 'unavailable', retryAfter: 1 },
  });
  await expect(connecting.check('dryRun')).rejects.toThrow();
  await connecting.inTenant((db) =>
    storeSettings(db, connecting.connectionId, { modules: ['manpower'], settings: { manpower: { ownStaff: 'skip' } } }),
  );
  await onceAllowed(connecting);
  const { dryRun, records } = await foreseenOf(connecting);
  expect(dryRun.projects.every(({ streams }) => streams.length === 1)).toBe(true);
  expect(new Set(records.map(({ stream }) => stream))).toEqual(new Set(['manpower', 'projects']));
}, 180_000);

// last: once a stream is written for one customer, no other one may
test('every stream of every project is foreseen without a write, and going live then makes exactly that, record by record', async () => {
  const connecting = await matched();
  const { world } = bench().sandbox;
  const before = world.ledger.last;
  await met(connecting, ['dryRun']);
  expect(committedSince(world, before)).toEqual([]);
  const { dryRun, records } = await foreseenOf(connecting);
  expect(dryRun.projects).toHaveLength(12);
  for (const { streams } of dryRun.projects) {
    expect(streams.map(({ stream }) => stream)).toEqual(modules.filter((name) => name !== 'vendors').sort());
  }
  expect(dryRun.company?.streams.map(({ stream }) => stream)).toEqual(['projects', 'vendors']);
  await confirmNewest(connecting);
  await met(connecting, ['live']);
  const { tenantId, connectionId } = connecting;
  const links = await connecting.inTenant((db) => listProjectLinks(db, connectionId));
  const toBeLinked = records.filter(({ stream, does }) => stream === 'projects' && does === 'create');
  expect(
    links
      .filter(({ scope }) => scope === 'project')
      .map(({ partnerProjectId }) => partnerProjectId)
      .sort(),
  ).toEqual(toBeLinked.map(({ naturalKey }) => naturalKey).sort());
  const { runStream } = createSyncActivities(syncDependenciesOf(bench().deps));
  const mark = world.ledger.last;
  for (const { projectLinkId, generation, scope } of links) {
    for (const stream of modules.filter((name) => (name === 'vendors') === (scope === 'company'))) {
      await runStream({ tenantId, projectLinkId, generation, stream });
    }
  }
  const { rows } = await bench().store.admin.query<{ target_id: string; key: string }>(
    `SELECT r.target_id, l.procore_project_id || '|' || r.stream || '|' || r.natural_key AS key
     FROM record_link r JOIN project_link l USING (tenant_id, project_link_id) WHERE l.tenant_id = $1 AND r.target_id IS NOT NULL`,
    [tenantId],
  );
  const keyOf = new Map(rows.map((row) => [row.target_id, row.key]));
  const happened = committedSince(world, mark).map(({ id, action }) => `${action} ${keyOf.get(id) ?? id}`);
  const said = records
    .filter(({ stream, does }) => stream !== 'projects' && (does === 'create' || does === 'update'))
    .map(({ does, procoreProjectId, stream, naturalKey }) => `${does} ${procoreProjectId}|${stream}|${naturalKey}`);
  expect(said.length).toBeGreaterThan(100);
  expect(happened.sort()).toEqual(said.sort());
}, 300_000);
