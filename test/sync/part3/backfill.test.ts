import { expect, test } from '@jest/globals';
import { closeRfiByHand, createRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { effortOf, progressOf, tallyOf } from '../../../shared/domain/backfill.ts';
import { backfillStandings } from '../../../shared/store/projects/backfill-progress.ts';
import { pauseLink } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

const progress = async ({ store, tenantId, connectionId }: ItemsGround) =>
  progressOf(await withTenant(store.pool, tenantId, (db) => backfillStandings(db, connectionId)));

/** So many open RFIs for Ria, and two closed ones, all of before the projects were linked; the open ones are wanted. */
async function past(ground: ItemsGround, count: number): Promise<readonly string[]> {
  const { world, project, ids, later } = ground;
  const ask = (): string => {
    const fields = { subject: 'Anchor spacing', body: '<p>What?</p>', managerId: ids.tess, assigneeIds: [ids.ria] };
    const { id } = createRfiByHand(world, { projectId: project.id, by: ids.gus }, fields);
    later(15);
    return id;
  };
  for (const id of [ask(), ask()]) closeRfiByHand(world, { id, by: ids.tess });
  const open = Array.from({ length: count }, ask);
  later(600);
  await ground.linked({ backfill: { which: 'open' }, atMs: world.clock.nowMs() });
  ground.calls();
  return open;
}

const shows = (ground: ItemsGround): readonly string[] =>
  ground
    .calls()
    .filter((call) => /^GET .*\/rfis\/\d+$/.test(call))
    .map((call) => call.slice(call.lastIndexOf('/') + 1));

test('the bar fills to what is wanted, and stays full whatever comes later', async () => {
  const ground = await newGround();
  expect(await progress(ground)).toEqual({ state: 'not-started', streams: [] });
  await past(ground, 3);
  await ground.cycle('rfis');
  await ground.cycle('submittals');
  expect(await progress(ground)).toMatchObject({
    state: 'done',
    streams: expect.arrayContaining([{ stream: 'rfis', done: 3, of: 3 }]),
  });
  await ground.round();
  createRfiByHand(
    ground.world,
    { projectId: ground.project.id, by: ground.ids.gus },
    { subject: 'New', body: 'New', managerId: ground.ids.tess, assigneeIds: [ground.ids.ria] },
  );
  ground.later(60);
  expect(await ground.cycle('rfis')).toMatchObject({ created: 1 });
  expect(await progress(ground)).toMatchObject({
    state: 'done',
    streams: expect.arrayContaining([{ stream: 'rfis', done: 3, of: 3 }]),
  });
});

test('the bar counts the submittals that are to come over, as the estimate does, and none that nobody of the design team is part of', async () => {
  const ground = await newGround();
  submit(ground, [['ria']]);
  submit(ground, [['otto']], { number: '8' });
  submit(ground, [['otto'], ['sam']], { number: '9' });
  await ground.linked({ backfill: { which: 'open' }, atMs: ground.world.clock.nowMs() });
  await ground.cycle('submittals');
  const came = ground.submittals().length;
  expect(await progress(ground)).toMatchObject({
    streams: expect.arrayContaining([{ stream: 'submittals', done: came, of: came }]),
  });
  expect(came).toBe(1);
});

test('the first reading makes just the calls that were estimated, on both sides', async () => {
  const ground = await newGround();
  const row = { day: '2026-01-15', isDraft: false, enters: true, files: null };
  const rows = [true, true, true, false, false].map((isOpen) => ({ ...row, isOpen }));
  const effort = effortOf({ rfis: tallyOf([rows], 1), submittals: tallyOf([[]], 0) }, { which: 'open' });
  await past(ground, 3);
  const partnerBefore = ground.world.ledger.after(0, { side: 'part3' }, 100_000).length;
  await ground.cycle('rfis');
  await ground.cycle('submittals');
  expect(ground.calls()).toHaveLength(effort.procoreCalls);
  expect(ground.world.ledger.after(0, { side: 'part3' }, 100_000).length - partnerBefore).toBe(effort.partnerCalls);
});

const inPart3 = (ground: ItemsGround) => ground.rfis().map(({ externalKey }) => externalKey);

/** What is carried over for good: nobody has to ask for it again. */
async function carried({ store, link }: ItemsGround): Promise<ReadonlySet<string>> {
  const { rows } = await store.admin.query<{ natural_key: string }>(
    "SELECT natural_key FROM record_link WHERE project_link_id = $1 AND stream = 'rfis'",
    [link.projectLinkId],
  );
  return new Set(rows.map(({ natural_key }) => natural_key.slice(natural_key.lastIndexOf(':') + 1)));
}

/** Writes of items to Part3 by their keys. */
const writes = ({ world }: ItemsGround): readonly string[] =>
  world.ledger
    .after(0, { side: 'part3' }, 100_000)
    .filter(({ method, path }) => method === 'PUT' && path.includes('/Rfis/'))
    .map(({ path }) => path);

/** The first cycle ends in `interrupt` behind its first page; what follows it brings the rest, and none of that twice. */
async function interrupted(interrupt: (ground: ItemsGround) => Promise<void>, goOn: (ground: ItemsGround) => Promise<void>) {
  const ground = await newGround();
  const open = await past(ground, 45);
  const before = writes(ground).length;
  let pages = 0;
  const hook = async (point: string): Promise<void> => {
    if (point !== 'after-page') return;
    pages += 1;
    if (pages === 1) await interrupt(ground);
  };
  await ground.cycle('rfis', hook).catch(() => undefined);
  const halfway = await progress(ground);
  const durable = await carried(ground);
  expect(durable.size).toBeGreaterThanOrEqual(18);
  expect(durable.size).toBeLessThan(45);
  expect(halfway).toMatchObject({ state: 'running', streams: [{ stream: 'rfis', done: 0, of: 45 }] });
  expect(inPart3(ground)).toEqual([]);
  ground.calls();

  await goOn(ground);
  await ground.cycle('rfis');
  expect(shows(ground).filter((id) => durable.has(id))).toEqual([]);
  expect(inPart3(ground).sort()).toEqual(open.map((id) => ground.key('rfi', id)).sort());
  const sent = writes(ground).slice(before);
  expect(new Set(sent).size).toBe(45);
  expect(sent).toHaveLength(45);
  await ground.cycle('submittals');
  expect(await progress(ground)).toMatchObject({
    state: 'done',
    streams: expect.arrayContaining([{ stream: 'rfis', done: 45, of: 45 }]),
  });
}

test('a worker that is killed midway leaves the bar where it was; the next one fills it, and nothing comes twice', async () => {
  await interrupted(
    () => Promise.reject(new Error('killed')),
    async () => undefined,
  );
});

test('so does a pause, until it ends', async () => {
  const pause = ({ store, tenantId, link }: ItemsGround, paused: boolean) =>
    withTenant(store.pool, tenantId, (db) => pauseLink(db, link.projectLinkId, paused, null));
  await interrupted(
    async (ground) => void (await pause(ground, true)),
    async (ground) => {
      // nothing is done meanwhile
      await ground.cycle('rfis');
      expect(ground.calls()).toEqual([]);
      await pause(ground, false);
    },
  );
});
