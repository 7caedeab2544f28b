import { beforeAll, expect, test } from '@jest/globals';
import type { CrashPoint } from '../../activities/sync/crash-points.ts';
import { createManpower } from '../../sandbox/procore/acts/manpower.ts';
import { editManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { switchProjectTool } from '../../sandbox/procore/admin/projects.ts';
import { Fault } from '../../shared/domain/faults.ts';
import { comparedSite } from './compared-site.ts';
import { daysAgo, type EngineGround, useEngineGrounds } from './engine-ground.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { killedAt, survives } from './killed.ts';
import { wishToCompare } from './wishes.ts';

const newGround = useHammertechGrounds({ reconcileMs: 24 * 3_600_000 });
const newSmallGround = useEngineGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});

const sums = 'GET /manpower_logs/daily_totals';
const rows = 'GET /manpower_logs';

test('a project that is linked today has its first turn a day later at most; then it is compared once a day', async () => {
  const site = await comparedSite(ground);
  await site.cycle();
  expect(site.calls()).toEqual([]);
  const linked = "UPDATE project_link SET created_at = now() - interval '1 day' WHERE project_link_id = $1";
  await ground.store.admin.query(linked, [site.link.projectLinkId]);
  expect(await site.cycle()).toMatchObject({ reconciled: 'compared 3 entries by their sums: all agree' });
  expect(site.calls()).toEqual([sums]);
  expect(await site.cycle()).not.toHaveProperty('reconciled');
  expect(site.calls()).toEqual([]);
  await site.daysAgo('reconciled_at', 1);
  await site.cycle();
  expect(site.calls()).toEqual([sums]);
});

test('while writes are not settled nothing is compared; a wish waits for them and is fulfilled then', async () => {
  const site = await comparedSite(ground);
  const { faults } = ground.sandbox.world;
  const late = await site.firm('Late Scaffolding Pty Ltd');
  site.signIn({ employer: late.employerId, day: site.days[0] ?? '', from: '07:00', to: '15:00' });
  faults.add({ match: { method: 'POST', path: '/rest/v1.0/projects/*' }, effect: { kind: 'reset-after-commit' } });
  expect(await site.compare()).toBe('not compared yet: writes that are not settled come first (1)');
  expect(site.calls()).not.toContain(sums);
  expect(await site.view()).toBeNull();
  await site.timePasses();
  expect(await site.cycle()).toMatchObject({ open: 0, reconciled: 'compared 4 entries by their sums: all agree' });
  expect(site.calls()).toContain(sums);
  expect(site.entries()).toHaveLength(4);
});

test('the rows are read over as many pages as there are', async () => {
  const site = await comparedSite(ground, 1);
  const { world } = ground.sandbox;
  const project = world.projects.get(site.link.procoreProjectId);
  if (!project) throw new Error('the project is gone');
  const contactId = site.entries()[0]?.vendorId ?? '';
  const byAda = { personId: site.ada, clientId: null, seq: null };
  for (let nth = 0; nth < 320; nth += 1) {
    createManpower(world, byAda, project, { date: site.days[0] ?? '', contactId, numWorkers: 2, numHours: '4.0' });
  }
  const last = await site.firm('Last Page Plastering Pty Ltd');
  site.signIn({ employer: last.employerId, day: site.days[0] ?? '', from: '07:00', to: '15:00' });
  await site.sync();
  const id = site.entries().find(({ vendorId }) => vendorId === last.vendorId)?.id ?? '';
  editManpowerByHand(world, { id, by: site.ada, numHours: '9.0' });
  site.calls();
  expect(await site.compare()).toBe('compared 2 entries row by row: 1 differs (1 changed there): 1 told as items');
  expect(site.calls().slice(0, 3)).toEqual([sums, rows, rows]);
  expect(site.entries().find((entry) => entry.id === id)).toMatchObject({ hours: '9.0' });
});

test('a cycle whose source cannot be read compares nothing', async () => {
  const small = await newSmallGround();
  await small.match('e1', small.small.vendor.id);
  small.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  await small.cycle();
  await wishToCompare(small);
  small.calls();
  small.source.state.fails = new Fault('network');
  await expect(small.cycle()).rejects.toMatchObject({ kind: 'network' });
  expect(small.calls()).toEqual([]);
  small.source.state.fails = undefined;
  expect(await small.cycle()).toMatchObject({ reconciled: 'compared 1 entry by their sums: all agree' });
});

test('a comparison finds a refusal that an idle project would not: told as one, and the wish is fulfilled once it is mended', async () => {
  const small = await newSmallGround();
  const { world, project, vendor } = small.small;
  await small.match('e1', vendor.id);
  small.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  await small.cycle();
  await wishToCompare(small);
  switchProjectTool(world, { projectId: project.id, tool: 'daily_log', active: false });
  await expect(small.cycle()).rejects.toMatchObject({ kind: 'tool-disabled' });
  expect(await small.items()).toMatchObject([{ reason: 'tool-disabled', subject: 'stream:manpower' }]);
  switchProjectTool(world, { projectId: project.id, tool: 'daily_log', active: true });
  expect(await small.cycle()).toMatchObject({ reconciled: 'compared 1 entry by their sums: all agree' });
  expect(await small.items()).toEqual([]);
});

/** One entry of ours whose hours a person has changed, and a wish to compare. */
async function changedByHand(): Promise<EngineGround> {
  const small = await newSmallGround();
  await small.match('e1', small.small.vendor.id);
  small.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(1), hours: 8 });
  await small.cycle();
  await wishToCompare(small);
  const { world, people } = small.small;
  editManpowerByHand(world, { id: small.entries()[0]?.id ?? '', by: people.cleo.id, numHours: '9.0' });
  return small;
}

test('an attempt that lost its fence while it compared writes nothing: what differs is queued and told once', async () => {
  const small = await changedByHand();
  let isSecond = false;
  const older = small.cycle(async (point: CrashPoint) => {
    if (point !== 'after-compare' || isSecond) return;
    isSecond = true;
    expect(await small.cycle()).toMatchObject({ parked: 1 });
  });
  await expect(older).rejects.toMatchObject({ name: 'FencedOut' });
  expect((await small.deliveries()).map(({ version, state }) => [version, state])).toEqual([
    [1, 'done'],
    [2, 'refused'],
  ]);
  expect(await small.items()).toMatchObject([{ reason: 'conflict', records: 1 }]);
  expect(small.hours()).toEqual(['9.0']);
  // and what the newer attempt noted stands
  const noted = 'SELECT comparison FROM checkpoint WHERE project_link_id = $1';
  expect((await small.store.admin.query(noted, [small.link.projectLinkId])).rows).toMatchObject([{ comparison: { told: 1 } }]);
});

test.each(['after-compare', 'after-noted-before-queued'] as const)(
  'a worker killed at %s has neither noted nor queued anything: the next cycle compares anew, and tells it once',
  async (point) => {
    const small = await changedByHand();
    const kill = killedAt(point, 1);
    await survives(small.cycle(kill));
    expect(kill.struck()).toBe(true);
    small.calls();
    expect(await small.cycle()).toMatchObject({ parked: 1, open: 0, reconciled: expect.stringContaining('1 told as items') });
    expect(small.calls().filter(({ path }) => path.endsWith('/daily_totals'))).toHaveLength(1);
    expect((await small.deliveries()).map(({ version, state }) => [version, state])).toEqual([
      [1, 'done'],
      [2, 'refused'],
    ]);
    expect(await small.items()).toMatchObject([{ reason: 'conflict', records: 1 }]);
    expect(small.hours()).toEqual(['9.0']);
  },
);

test('a worker killed between what it found and what it says of it: the next cycle says it, without comparing again', async () => {
  const small = await changedByHand();
  const kill = killedAt('before-claim', 1);
  await survives(small.cycle(kill));
  expect(kill.struck()).toBe(true);
  small.calls();
  expect(await small.cycle()).toMatchObject({ parked: 1, open: 0 });
  expect(small.calls().filter(({ path }) => path.endsWith('/daily_totals'))).toEqual([]);
  expect(small.hours()).toEqual(['9.0']);
});

test('what an earlier account of ours made is summed as ours, by the same one call', async () => {
  const small = await newSmallGround();
  const { world, people, project, vendor } = small.small;
  await small.match('e1', vendor.id);
  const former = { personId: people.cleo.id, clientId: 'ours', seq: null };
  await small.store.admin.query('UPDATE connection SET sync_user_ids = ARRAY[$2] WHERE connection_id = $1', [
    small.connectionId,
    former.personId,
  ]);
  createManpower(world, former, project, { date: daysAgo(1), contactId: vendor.id, numWorkers: 1, numHours: '8.0' });
  for (const day of [1, 2]) small.source.add({ worker: 'w1', employer: 'e1', day: daysAgo(day), hours: 8 });
  await small.cycle();
  expect(new Set(small.entries().map(({ createdBy }) => createdBy))).toEqual(new Set([former.personId, small.account.personId]));
  await wishToCompare(small);
  small.calls();
  expect(await small.cycle()).toMatchObject({ reconciled: 'compared 2 entries by their sums: all agree' });
  expect(small.calls()).toHaveLength(1);
});
