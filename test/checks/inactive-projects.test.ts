import { afterEach, expect, test } from '@jest/globals';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import type { LedgerEntry } from '../../sandbox/kernel/ledger.ts';
import { listProjectLinks, type ProjectLink, pauseLink } from '../../shared/store/projects/project-links.ts';
import { type Connecting, useChecksBench } from '../support/checks-bench.ts';
import { borealis, untilLive } from '../support/onboarded.ts';

/** Nobody's turn comes while a test runs: what is read has another cause. */
const bench = useChecksBench({ projectLevelsMs: 24 * 3_600_000 });
const { companyId, login } = borealis;
const stream = 'manpower';

interface Live {
  readonly connecting: Connecting;
  /** The one that is made inactive. */
  readonly link: ProjectLink;
  readonly neighbours: readonly ProjectLink[];
}

const linksOf = async ({ connecting }: Pick<Live, 'connecting'>) =>
  (await connecting.inTenant((db) => listProjectLinks(db, connecting.connectionId))).filter(({ scope }) => scope === 'project');

let made: readonly string[] = [];
afterEach(async () => {
  for (const projectId of made) await bench().control('/admin/projects/edit', { projectId, active: true });
  made = [];
});

async function setActive({ link }: Pick<Live, 'link'>, active: boolean): Promise<void> {
  made = [...made, link.procoreProjectId];
  await bench().control('/admin/projects/edit', { projectId: link.procoreProjectId, active });
}

/** Live, after a round of care. */
async function live(): Promise<Live> {
  const connecting = await untilLive(bench(), borealis);
  const [link, ...neighbours] = await linksOf({ connecting });
  if (!link || neighbours.length === 0) throw new Error('Borealis has several projects');
  await careRound({ connecting });
  return { connecting, link, neighbours };
}

const careRound = ({ connecting: { tenantId, connectionId } }: Pick<Live, 'connecting'>) =>
  bench().checks.checkAll({ tenantId, connectionId, generation: 1 });

const activities = () => createSyncActivities(syncDependenciesOf(bench().deps));

async function sync(links: readonly ProjectLink[]): Promise<void> {
  for (const { tenantId, projectLinkId, generation } of links) {
    for (let cycles = 0; cycles < 5; cycles += 1) {
      const report = await activities().runStream({ tenantId, projectLinkId, generation, stream });
      if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
      if (report.open === 0) break;
    }
  }
}

/** One more worker of an employer with a counterpart comes in, on each of the sites. */
async function signIn(links: readonly ProjectLink[]): Promise<void> {
  const { world, hammertech } = bench().sandbox;
  const startUtc = new Date(world.clock.nowMs() - 60_000).toISOString();
  for (const { partnerProjectId: projectId } of links) {
    const employer = hammertech.projectEmployers.find(({ record }) => record.projectId === projectId);
    if (!employer) throw new Error('every site has employers');
    const { employerId } = employer.record;
    await bench().control('/hammertech/sign-ins/batch', {
      act: 'create',
      tenant: login.tenant,
      workers: 1,
      signIn: { projectId, employerId, startUtc },
    });
  }
}

const openItems = ({ connecting }: Live) =>
  connecting.inTenant((db) =>
    db
      .selectFrom('attention_item')
      .select(['reason', 'subject', 'owner', 'seen', 'needed', 'where_to'])
      .where('resolved_at', 'is', null)
      .execute(),
  );

const mark = (): number => bench().sandbox.world.ledger.last;
const callsSince = (from: number): readonly LedgerEntry[] =>
  bench().sandbox.world.ledger.after(from, { side: 'procore' }, 10_000);
const callsOn = ({ procoreProjectId }: ProjectLink, from: number) =>
  callsSince(from).filter(({ path }) => path.includes(`/projects/${procoreProjectId}/`));
const writtenOn = (link: ProjectLink, from: number) => callsOn(link, from).filter(({ committed }) => committed !== undefined);

test('a project that is made inactive while it is live waits, as one item; its neighbours go on; active again, it catches up by itself', async () => {
  const one = await live();
  const { link, neighbours } = one;
  await sync([link, ...neighbours]);
  const before = await linksOf(one);
  await setActive(one, false);
  expect(await careRound(one)).toMatchObject({ regressed: [], missed: [] });

  await signIn([link, ...neighbours]);
  const inactiveSince = mark();
  await sync([link, ...neighbours]);
  expect(callsOn(link, inactiveSince)).toEqual([]);
  for (const neighbour of neighbours) expect(writtenOn(neighbour, inactiveSince)).toHaveLength(1);
  await careRound(one);
  expect(await openItems(one)).toEqual([
    {
      reason: 'project-not-permitted',
      owner: 'admin',
      subject: `inactive:${link.procoreProjectId}`,
      seen: expect.stringContaining(link.procoreProjectName.trim()),
      needed: expect.stringContaining('active again'),
      where_to: expect.stringMatching(/^Procore: Company Tools → Portfolio → .+ → Admin → .*Active/),
    },
  ]);

  await setActive(one, true);
  const activeSince = mark();
  expect(await careRound(one)).toMatchObject({ regressed: [], missed: [] });
  expect(await openItems(one)).toEqual([]);
  expect(await linksOf(one)).toEqual(before);
  await sync([link, ...neighbours]);
  expect(writtenOn(link, activeSince)).toHaveLength(1);
  for (const neighbour of neighbours) expect(writtenOn(neighbour, activeSince)).toEqual([]);
});

const listings = (from: number) => callsSince(from).filter(({ path }) => path.endsWith('/v1.1/projects')).length;

test('a round in which every linked project is listed asks for nothing more; an inactive one costs a look at those that are missing', async () => {
  const one = await live();
  const ordinary = mark();
  await careRound(one);
  expect(listings(ordinary)).toBe(1);
  await setActive(one, false);
  const looking = mark();
  await careRound(one);
  // the step that compares with the admin's choice looks as well
  expect(listings(looking)).toBeLessThanOrEqual(3);
  expect(callsOn(one.link, looking)).toEqual([]);
});

test('what a person paused stays paused when its project is active again', async () => {
  const one = await live();
  await one.connecting.inTenant((db) => pauseLink(db, one.link.projectLinkId, true, 'the crane is being moved'));
  await setActive(one, false);
  await careRound(one);
  expect(await openItems(one)).toHaveLength(1);
  await setActive(one, true);
  await careRound(one);
  expect(await openItems(one)).toEqual([]);
  expect((await linksOf(one))[0]).toMatchObject({ state: 'paused', inactiveSince: null });
});

test('while Procore does not answer, or does not show the project, an inactive one waits on and an active one goes on', async () => {
  const one = await live();
  const { world } = bench().sandbox;
  const account = world.apps.find((app) => app.kind === 'legacy' && app.companyId === companyId);
  const member = { projectId: one.link.procoreProjectId, personId: account?.servicePersonId };
  const waits = async () => (await linksOf(one)).map(({ inactiveSince }) => inactiveSince !== null);
  await bench().control('/admin/users/take-off-project', member);
  await careRound(one);
  expect(await waits()).toEqual([false, ...one.neighbours.map(() => false)]);

  await bench().control('/admin/users/put-on-project', member);
  await setActive(one, false);
  await careRound(one);
  await bench().control('/admin/users/take-off-project', member);
  await careRound(one);
  expect(await waits()).toEqual([true, ...one.neighbours.map(() => false)]);
  await bench().control('/admin/users/put-on-project', member);
  await bench().control('/faults', {
    match: { path: '/rest/v1.1/projects' },
    kind: 'status-before',
    status: 500,
    nth: 2,
    times: 9,
  });
  await careRound(one);
  world.faults.removeAll();
  expect(await waits()).toEqual([true, ...one.neighbours.map(() => false)]);
});

test('a dry run of an inactive project says so, and reads nothing', async () => {
  const one = await live();
  await setActive(one, false);
  await careRound(one);
  const from = mark();
  const { tenantId, projectLinkId } = one.link;
  expect(await activities().dryRunStream({ tenantId, projectLinkId, stream })).toEqual({
    says: expect.stringContaining('inactive in Procore'),
  });
  expect(callsSince(from)).toEqual([]);
});
