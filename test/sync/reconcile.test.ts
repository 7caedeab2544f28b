import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { createManpower } from '../../sandbox/procore/acts/manpower.ts';
import { decideByHand, deleteManpowerByHand, editManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { manpower } from '../../sandbox/procore/daily-log/manpower.ts';
import { comparedSite } from './compared-site.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});
afterEach(() => ground.sandbox.world.switches.set('pendingEntries', 'approved'));

const sums = 'GET /manpower_logs/daily_totals';
const rows = 'GET /manpower_logs';
const world = () => ground.sandbox.world;

test('sides that agree cost exactly one call, and nothing is written', async () => {
  const site = await comparedSite(ground);
  const before = site.entries();
  expect(await site.compare()).toBe('compared 3 entries by their sums: all agree');
  expect(site.calls()).toEqual([sums]);
  expect(site.entries()).toEqual(before);
  expect(await site.view()).toMatchObject({ by: 'sums', compared: 3, changed: 0, gone: 0, told: 0, unclaimed: 0 });
});

test('without a wish, where nothing is due, there is no call', async () => {
  const site = await comparedSite(ground);
  expect(await site.cycle()).not.toHaveProperty('reconciled');
  expect(site.calls()).toEqual([]);
  expect(await site.view()).toBeNull();
});

test('a wish is fulfilled once: the next cycle compares nothing, and whoever has no answer yet is told what was found', async () => {
  const site = await comparedSite(ground);
  const said = await site.compare();
  site.calls();
  expect((await site.cycle()).reconciled).toBe(said);
  await ground.store.admin.query('UPDATE command SET applied_at = now() WHERE project_link_id = $1', [site.link.projectLinkId]);
  expect(await site.cycle()).not.toHaveProperty('reconciled');
  expect(site.calls()).toEqual([]);
});

test('an entry that a person deleted is found and told, and made anew only by a person’s choice', async () => {
  const site = await comparedSite(ground);
  deleteManpowerByHand(world(), { id: site.ids[1] ?? '', by: site.ada });
  expect(await site.compare()).toBe('compared 3 entries row by row: 1 differs (1 deleted or moved there): 1 told as items');
  expect(site.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
  expect(site.entries()).toHaveLength(2);
  expect(await site.items()).toMatchObject([
    {
      reason: 'conflict',
      records: 1,
      seen: expect.stringContaining('deleted'),
      needed: expect.stringContaining('retry'),
    },
  ]);

  expect(await site.decide('overwrite')).toMatchObject({ applied: false });
  expect(await site.decide('retry')).toMatchObject({ applied: true });
  await site.sync();
  expect(site.entries()).toMatchObject(
    site.days.map((date) => ({ date, workers: 1, hours: '8.0', author: ground.account.personId })),
  );
  expect(await site.items()).toEqual([]);
});

test('an entry that a person moved to another day is told as changed: retried, no second one is made; overwritten, it stands on its own day', async () => {
  const site = await comparedSite(ground);
  const [id = ''] = site.ids;
  const farDay = site.day(200);
  editManpowerByHand(world(), { id, by: site.ada, date: farDay });
  expect(await site.compare()).toContain('1 differs (1 deleted or moved there): 1 told as items');
  const moved = site.entries();
  expect(await site.items()).toMatchObject([{ reason: 'conflict', seen: expect.stringContaining(`date ${farDay}`) }]);
  expect(await site.decide('retry')).toMatchObject({ applied: true });
  await site.sync();
  expect(site.entries()).toEqual(moved);
  expect(await site.items()).toHaveLength(1);
  expect(await site.decide('overwrite')).toMatchObject({ applied: true });
  await site.sync();
  expect(site.entries()).toMatchObject(site.days.map((date) => ({ date, hours: '8.0' })));
  expect(site.entries().map((entry) => entry.id)).toContain(id);
  expect(await site.items()).toEqual([]);
});

test('a deleted entry that a person leaves is not told again', async () => {
  const site = await comparedSite(ground);
  deleteManpowerByHand(world(), { id: site.ids[0] ?? '', by: site.ada });
  await site.compare();
  expect(await site.decide('leave')).toMatchObject({ applied: true });
  await site.daysAgo('compared_whole_at', 8);
  expect(await site.compare()).toContain('compared 3 entries row by row: all agree');
  expect(await site.items()).toEqual([]);
  expect(site.entries()).toHaveLength(2);
  site.calls();
  expect(await site.compare()).toContain('by their sums: all agree');
  expect(site.calls()).toEqual([sums]);
});

test('hours that a person changed are found, told, and not overwritten', async () => {
  const site = await comparedSite(ground);
  const [id = ''] = site.ids;
  editManpowerByHand(world(), { id, by: site.ada, numHours: '9.5' });
  expect(await site.compare()).toBe('compared 3 entries row by row: 1 differs (1 changed there): 1 told as items');
  expect(site.entries()[0]).toMatchObject({ id, hours: '9.5' });
  expect(await site.items()).toMatchObject([{ reason: 'conflict', records: 1, seen: expect.stringContaining('hours 9.50') }]);

  // it waits for a person: found once, and not again
  site.calls();
  expect(await site.compare()).toContain('all agree');
  expect(site.calls()).toEqual([sums]);
  expect(await site.decide('overwrite')).toMatchObject({ applied: true });
  await site.sync();
  expect(site.entries()[0]).toMatchObject({ id, hours: '8.0' });
});

test('what waits for a person is not told again by a whole look at the rows either', async () => {
  const site = await comparedSite(ground);
  editManpowerByHand(world(), { id: site.ids[0] ?? '', by: site.ada, numHours: '9.5' });
  await site.compare();
  const told = await site.items();
  expect(told).toMatchObject([{ reason: 'conflict', records: 1 }]);
  await site.daysAgo('compared_whole_at', 8);
  site.calls();
  expect(await site.compare()).toMatch(/^compared 3 entries row by row: all agree/);
  expect(site.calls()).toEqual([sums, rows]);
  expect(await site.items()).toEqual(told);
  expect(site.entries()[0]).toMatchObject({ hours: '9.5' });
});

test('notes that a person adds are theirs: nothing differs', async () => {
  const site = await comparedSite(ground);
  editManpowerByHand(world(), { id: site.ids[0] ?? '', by: site.ada, notes: 'crane on site' });
  await site.daysAgo('compared_whole_at', 8);
  expect(await site.compare()).toBe('compared 3 entries row by row: all agree');
  expect(await site.items()).toEqual([]);
});

test('changes that cancel in the sums are found by the weekly look at the rows', async () => {
  const site = await comparedSite(ground);
  const [first = '', second = ''] = site.ids;
  editManpowerByHand(world(), { id: first, by: site.ada, numHours: '9.0' });
  editManpowerByHand(world(), { id: second, by: site.ada, numHours: '7.0' });
  expect(await site.compare()).toBe('compared 3 entries by their sums: all agree');
  await site.daysAgo('compared_whole_at', 8);
  site.calls();
  expect(await site.compare()).toBe('compared 3 entries row by row: 2 differ (2 changed there): 2 told as items');
  expect(site.calls().filter((call) => call === sums || call === rows)).toEqual([sums, rows, rows]);
  expect(site.entries().map(({ hours }) => hours)).toEqual(['9.0', '7.0', '8.0']);
  expect(await site.items()).toMatchObject([{ records: 1 }, { records: 1 }]);
});

test('a change that a person took back meanwhile is as meant again, without an item', async () => {
  const site = await comparedSite(ground);
  const [id = ''] = site.ids;
  editManpowerByHand(world(), { id, by: site.ada, numHours: '9.0' });
  await site.compare();
  editManpowerByHand(world(), { id, by: site.ada, numHours: '8.0' });
  expect(await site.decide('retry')).toMatchObject({ applied: true });
  await site.sync();
  expect(await site.items()).toEqual([]);
  expect(site.entries()[0]?.history).toHaveLength(3);
  site.calls();
  expect(await site.compare()).toBe('compared 3 entries row by row: all agree');
  expect(await site.compare()).toBe('compared 3 entries by their sums: all agree');
});

test('entries that wait for approval are read row by row, once, and then expected to be missing in the sums', async () => {
  const site = await comparedSite(ground);
  for (const id of site.ids.slice(1)) decideByHand(world(), manpower, { id, by: site.ada }, 'pending');
  expect(await site.compare()).toBe(
    'compared 3 entries row by row: all agree; the sums themselves differ, and leave out entries that are not approved',
  );
  site.calls();
  await site.compare();
  expect(site.calls()).toEqual([sums]);
  for (const id of site.ids.slice(1)) decideByHand(world(), manpower, { id, by: site.ada }, 'approved');
  await site.compare();
  expect(site.calls()).toEqual([sums, rows]);
  expect(await site.compare()).toBe('compared 3 entries by their sums: all agree');
});

test('an entry of our account that no record stands for is counted, and left alone', async () => {
  const site = await comparedSite(ground);
  const project = world().projects.get(site.link.procoreProjectId);
  if (!project) throw new Error('the project is gone');
  const actor = { personId: ground.account.personId, clientId: ground.account.clientId, seq: null };
  const contactId = site.entries()[0]?.vendorId ?? '';
  createManpower(world(), actor, project, { date: site.day(9), contactId, numWorkers: 2, numHours: '4.0' });
  expect(await site.compare()).toContain('; 1 of our account belong to no record');
  expect(await site.view()).toMatchObject({ by: 'rows', unclaimed: 1 });
  expect(site.entries()).toHaveLength(4);
  site.calls();
  await site.compare();
  expect(site.calls()).toEqual([sums]);
  expect(await site.view()).toMatchObject({ by: 'sums', unclaimed: 1 });
});

test('an entry that somebody else made changes nothing: only our own are summed', async () => {
  const site = await comparedSite(ground);
  const project = world().projects.get(site.link.procoreProjectId);
  if (!project) throw new Error('the project is gone');
  const contactId = site.entries()[0]?.vendorId ?? '';
  createManpower(world(), { personId: site.ada, clientId: null, seq: null }, project, {
    date: site.days[0] ?? '',
    contactId,
    numWorkers: 7,
    numHours: '4.0',
  });
  expect(await site.compare()).toBe('compared 3 entries by their sums: all agree');
});
