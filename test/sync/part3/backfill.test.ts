import { expect, test } from '@jest/globals';
import { closeRfiByHand, createRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { effortOf, progressOf, type TalliedRow, tallyOf } from '../../../shared/domain/backfill.ts';
import { backfillStandings } from '../../../shared/store/projects/backfill-progress.ts';
import { listProjectLinks, pauseLink } from '../../../shared/store/projects/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { submit } from './asking.ts';
import { type ItemsGround, useItemsGrounds } from './items-ground.ts';

const newGround = useItemsGrounds();

const progress = async ({ store, tenantId, connectionId }: ItemsGround) =>
  withTenant(store.pool, tenantId, async (db) => {
    const [link] = await listProjectLinks(db, connectionId);
    return progressOf(await backfillStandings(db, connectionId), link?.backfill ?? null);
  });

/** Both kinds of items, then their files. */
async function wholeCycle(ground: ItemsGround): Promise<void> {
  for (const stream of ['rfis', 'submittals', 'attachments']) await ground.cycle(stream);
}

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
  const none = { done: 0, of: null };
  expect(await progress(ground)).toEqual({
    state: 'not-started',
    streams: [
      { stream: 'rfis', ...none },
      { stream: 'submittals', ...none },
      { stream: 'attachments', ...none },
    ],
  });
  await past(ground, 3);
  await wholeCycle(ground);
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

/** More calls than were estimated: the lists that later cycles read once more, and the look into the bins. */
const allowed = (estimated: number): number => Math.max(6, estimated * 0.05);

test.each([
  { rfis: 3, submittals: 3, perSubmittal: 0 },
  { rfis: 3, submittals: 4, perSubmittal: 2 },
  { rfis: 45, submittals: 24, perSubmittal: 1 },
])(
  'it takes the calls that were estimated, on both sides, to a few in a hundred: %j',
  async ({ rfis, submittals, perSubmittal }) => {
    const ground = await newGround();
    const files = Array.from({ length: perSubmittal }, (_, index) => ({
      filename: `shop-${index}.pdf`,
      contentType: 'application/pdf',
      size: 70_000,
    }));
    for (let number = 1; number <= submittals; number += 1) submit(ground, [['ria']], { number: String(number), files });
    await past(ground, rfis);
    const row = { day: '2026-01-15', isDraft: false, enters: true, isOpen: true };
    const listed = (rows: readonly TalliedRow[], callsEach: number) => tallyOf([rows.slice(0, 20), rows.slice(20)], callsEach);
    const asked = [...Array(rfis).fill({ ...row, files: null }), ...Array(2).fill({ ...row, isOpen: false, files: null })];
    const sent = Array(submittals).fill({ ...row, files: perSubmittal });
    const effort = effortOf({ rfis: listed(asked, 1), submittals: listed(sent, 0) }, { which: 'open' });
    const partnerBefore = ground.world.ledger.after(0, { side: 'part3' }, 100_000).length;
    await ground.round();
    const procore = ground.calls().length;
    const partner = ground.world.ledger.after(0, { side: 'part3' }, 100_000).length - partnerBefore;
    const off = { procore: Math.abs(procore - effort.procoreCalls), partner: Math.abs(partner - effort.partnerCalls) };
    expect(off.procore).toBeLessThanOrEqual(allowed(effort.procoreCalls));
    expect(off.partner).toBeLessThanOrEqual(0.05 * effort.partnerCalls);
  },
);

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
  expect(halfway).toMatchObject({ state: 'running', streams: [{ stream: 'rfis', done: 0, of: 45 }, {}, {}] });
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
  await ground.cycle('attachments');
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
