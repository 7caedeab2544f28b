import { expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import { actOnRecord } from '../../sandbox/hammertech/record-acts.ts';
import { projectKind } from '../../sandbox/hammertech/record-kinds.ts';
import { actOnSignIn } from '../../sandbox/hammertech/sign-ins.ts';
import { dayIn } from '../../sandbox/kernel/clock.ts';
import type { ManpowerLog } from '../../sandbox/kernel/model-daily-log.ts';
import { editProject } from '../../sandbox/procore/admin/projects.ts';
import { dayAfter, dayBefore, instantAt } from '../../sandbox/seed/zones.ts';
import { faultIn } from '../../shared/domain/faults.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { attentionPage } from '../../shared/store/attention-view.ts';
import { listProjectLinks, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, untilLive } from '../support/onboarded.ts';

const bench = useChecksBench();
const tenant = 'borealis-safety';

const careRound = ({ tenantId, connectionId }: Connecting, asked: readonly string[] = []) =>
  bench().checks.checkAll({ tenantId, connectionId, generation: 1, asked });

function projectNumbered(number: string) {
  const project = bench().sandbox.world.projects.find((one) => one.number === number);
  if (!project) throw new Error(`the seed has no project ${number}`);
  return project;
}

async function linkOf(connecting: Connecting, number: string): Promise<ProjectLink> {
  const links = await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId));
  const link = links.find(({ procoreProjectId }) => procoreProjectId === projectNumbered(number).id);
  if (!link) throw new Error(`${number} is not linked`);
  return link;
}

async function cycle({ tenantId }: Connecting, { projectLinkId, generation }: ProjectLink): Promise<StreamReport> {
  const activities = createSyncActivities(syncDependenciesOf(bench().deps));
  const report = await activities.runStream({ tenantId, projectLinkId, generation, stream: 'manpower' });
  if ('waitUntilMs' in report) throw new Error(report.why);
  return report;
}

/** As a person reads them: what the connection tells is not told again by its streams. */
const openItems = (connecting: Connecting) =>
  connecting.inTenant((db) => attentionPage(db, { limit: 50, after: undefined, state: 'open', projectLinkId: undefined }));

/** What truly stands in Procore of a project: `date workers hours`. */
const entriesOf = (number: string): readonly string[] =>
  bench()
    .sandbox.world.ledger.records('manpower_logs')
    .flatMap(({ projectId, current }) => (projectId === projectNumbered(number).id && current ? [current as ManpowerLog] : []))
    .map(({ date, numWorkers, numHours }) => `${date} ${numWorkers} ${numHours}`)
    .sort();

test('a zone that changes while live stops its project in words, and once both sides agree again every entry is dated anew', async () => {
  const { world, hammertech } = bench().sandbox;
  const now = (): Date => new Date(world.clock.nowMs());
  const site = hammertech.projects.find(({ record }) => record.number === 'B-2')?.record;
  const employerId = hammertech.signIns.find(({ record }) => record.projectId === site?.id && !record.isVisitor)?.record
    .employerId;
  if (!site || !employerId) throw new Error('the seed has nobody on B-2');
  const day = dayBefore(dayIn('Europe/London', world.clock.nowMs()), 9);
  const earlier = dayBefore(day, 3);
  /** So many minutes after half past eleven in the evening. */
  const after2330 = (date: string, minutes: number): string =>
    new Date(instantAt('Europe/London', date, 23 * 60 + 30) + minutes * 60_000).toISOString();
  const untouched = { projectId: site.id, employerId, startUtc: after2330(earlier, 0), endUtc: after2330(earlier, 120) };
  // long before the reading that follows the change of zone: only a window read anew finds it
  actOnSignIn(hammertech, { act: 'create', tenant, signIn: untouched }, new Date(world.clock.nowMs() - 2 * 3_600_000));
  const late = { projectId: site.id, employerId, startUtc: after2330(day, 0), endUtc: after2330(day, 120) };
  const stay = actOnSignIn(hammertech, { act: 'create', tenant, signIn: late }, now());
  const connecting = await untilLive(bench(), borealis);
  const before = await linkOf(connecting, 'B-2');
  await cycle(connecting, before);
  const dated = entriesOf('B-2');
  expect(dated.slice(0, 2)).toEqual([`${earlier} 1 2.0`, `${day} 1 2.0`]);

  editProject(world, { projectId: projectNumbered('B-2').id, timeZone: 'Paris' });
  actOnSignIn(hammertech, { act: 'change', tenant, id: stay?.id ?? '', signIn: { endUtc: after2330(day, 150) } }, now());
  await careRound(connecting, ['matchRecords']);
  expect(await linkOf(connecting, 'B-2')).toMatchObject({ timeZone: null, procoreTimeZone: 'Paris', state: 'active' });
  const error = await cycle(connecting, before).catch((thrown: unknown) => thrown);
  expect(faultIn(error)?.kind).toBe('time-zone-unknown');
  expect(entriesOf('B-2')).toEqual(dated);
  // one item for the one cause
  expect(await openItems(connecting)).toMatchObject([
    {
      reason: 'time-zone-unknown',
      subject: `project:${projectNumbered('B-2').id}`,
      seen: expect.stringMatching(/“Paris”.*“Europe\/London”/),
    },
  ]);

  const moved = { act: 'change', tenant, id: site.id, record: { timeZone: 'Europe/Paris' } } as const;
  actOnRecord(hammertech, projectKind, moved, now());
  await careRound(connecting, ['matchRecords']);
  const after = await linkOf(connecting, 'B-2');
  expect(after).toMatchObject({ timeZone: 'Europe/Paris', generation: before.generation });
  await cycle(connecting, after);
  // half past eleven in London is half past midnight in Paris
  expect(entriesOf('B-2').slice(0, 4)).toEqual([
    `${earlier} 0 0.0`,
    `${dayAfter(earlier, 1)} 1 2.0`,
    `${day} 0 0.0`,
    `${dayAfter(day, 1)} 1 2.5`,
  ]);
  expect(await openItems(connecting)).toEqual([]);
});

test.each([
  ['B-1', 'Atlantis Standard Time', 'Eastern Time (US & Canada)', 'not known'],
  ['B-3', 'Mountain Time (US & Canada)', 'Pacific Time (US & Canada)', 'America/Los_Angeles'],
])(
  '%s, whose zone is “%s”, waits as an item without a loop, and is synced by itself once it is “%s”',
  async (number, wrong, right, says) => {
    const { world } = bench().sandbox;
    const project = projectNumbered(number);
    world.projects.put({ ...project, timeZone: wrong });
    const connecting = await untilLive(bench(), borealis);
    const waiting = await linkOf(connecting, number);
    expect(waiting.timeZone).toBeNull();
    const workflowId = `sync:${connecting.tenantId}:${waiting.projectLinkId}`;
    expect(bench().runs.started).not.toContain(workflowId);
    expect(await openItems(connecting)).toMatchObject([
      { reason: 'time-zone-unknown', subject: `project:${project.id}`, seen: expect.stringContaining(says) },
    ]);
    expect(entriesOf(number)).toEqual([]);

    editProject(world, { projectId: project.id, timeZone: right });
    await careRound(connecting);
    expect(bench().runs.started).toContain(workflowId);
    const link = await linkOf(connecting, number);
    expect(link.timeZone).not.toBeNull();
    await cycle(connecting, link);
    expect(entriesOf(number).length).toBeGreaterThan(0);
    expect(await openItems(connecting)).toEqual([]);
  },
);
