import { beforeAll, expect, test } from '@jest/globals';
import { personIdOf } from '../../sandbox/control/fields.ts';
import { editManpowerByHand } from '../../sandbox/procore/admin/daily-logs.ts';
import { instantAt } from '../../sandbox/seed/zones.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { newSite, type Site } from './manpower-site.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});

/** A site with one crew and a day that is over. */
async function oneCrew(): Promise<Site & { readonly employer: string; readonly vendorId: string; readonly yesterday: string }> {
  const site = await newSite(ground);
  const { employerId, vendorId } = await site.firm('Tidewater Rigging Pty Ltd');
  return { ...site, employer: employerId, vendorId, yesterday: site.day(1) };
}

test('hours are sent per worker, so that Procore’s product of the two is HammerTech’s total', async () => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  site.signIn({ employer, day, from: '07:00', to: '15:00' });
  site.signIn({ employer, day, from: '07:00', to: '13:00' });
  site.signIn({ employer, day, from: '07:30', to: '17:30' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ date: day, vendorId: site.vendorId, workers: 3, hours: '8.0', manHours: '24.0' }]);
});

test('who comes twice a day is one worker with the hours of both stays', async () => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  const workerId = '7d3f9a60-0000-4000-8000-000000000001';
  site.signIn({ employer, day, workerId, from: '06:00', to: '10:15' });
  site.signIn({ employer, day, workerId, from: '11:00', to: '15:00' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ workers: 1, hours: '8.25', manHours: '8.25' }]);
});

test.each([
  ['a sign-in that nobody ended', { to: null, endKind: 'none' }],
  ['an automatic sign-out', { to: '19:00', endKind: 'automatic' }],
  ['the printed code, which only signs in', { to: null, endKind: 'none', device: 'static-qr' }],
  ['a stay that the printed code ended', { to: '15:00', endKind: 'manual', device: 'static-qr' }],
] as const)('%s counts as a worker with hours unknown, beside known hours and alone', async (_name, unknown) => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  const alone = site.day(2);
  site.signIn({ employer, day, from: '07:00', to: '15:00' });
  site.signIn({ employer, day, from: '07:00', ...unknown });
  site.signIn({ employer, day: alone, from: '07:00', ...unknown });
  await site.sync();
  expect(site.entries()).toMatchObject([
    { date: alone, workers: 1, hours: '0.0', manHours: '0.0' },
    { date: day, workers: 2, hours: '4.0', manHours: '8.0' },
  ]);
});

test('visitors and deleted sign-ins count for nothing', async () => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  site.signIn({ employer, day, from: '07:00', to: '15:00' });
  site.signIn({ employer, day, from: '09:00', to: '11:00', isVisitor: true });
  site.remove(site.signIn({ employer, day, from: '07:00', to: '15:00' }));
  site.signIn({ employer, day: site.day(2), from: '09:00', to: '11:00', isVisitor: true });
  await site.sync();
  expect(site.entries()).toMatchObject([{ date: day, workers: 1, hours: '8.0' }]);
});

test('a later correction changes the same entry, and leaves its notes alone', async () => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  const stay = site.signIn({ employer, day, from: '07:00', to: '15:00' });
  await site.sync();
  const [before] = site.entries();
  const { world } = ground.sandbox;
  editManpowerByHand(world, { id: before?.id ?? '', by: personIdOf(world, 'ada'), notes: 'Crane out of service from 14:00' });
  site.correct(stay, { day, to: '16:30' });
  expect(await site.sync()).toMatchObject({ created: 0, updated: 1 });
  const [after, ...others] = site.entries();
  expect(others).toEqual([]);
  expect(after).toMatchObject({ id: before?.id, hours: '9.5', notes: 'Crane out of service from 14:00' });
  expect(after?.history.map(({ action }) => action)).toEqual(['create', 'update', 'update']);
});

test('nobody left after a correction: our own untouched entry becomes 0 and stays; a worker who comes back fills the same one', async () => {
  const site = await oneCrew();
  const { employer, yesterday: day } = site;
  const stay = site.signIn({ employer, day, from: '07:00', to: '15:00' });
  await site.sync();
  const [before] = site.entries();
  site.remove(stay);
  await site.sync();
  expect(site.entries()).toMatchObject([{ id: before?.id, workers: 0, hours: '0.0', manHours: '0.0' }]);
  site.signIn({ employer, day, from: '07:00', to: '12:00' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ id: before?.id, workers: 1, hours: '5.0' }]);
});

test('a crew that is moved to another employer leaves a zero behind and makes one new entry', async () => {
  const site = await oneCrew();
  const other = await site.firm('Second Rigging Pty Ltd');
  const { employer, yesterday: day } = site;
  const stay = site.signIn({ employer, day, from: '07:00', to: '15:00' });
  await site.sync();
  site.correct(stay, { day, employer: other.employerId });
  await site.sync();
  const entries = site.entries();
  expect(entries).toHaveLength(2);
  expect(entries.find(({ vendorId }) => vendorId === site.vendorId)).toMatchObject({ workers: 0, hours: '0.0' });
  expect(entries.find(({ vendorId }) => vendorId === other.vendorId)).toMatchObject({ workers: 1, hours: '8.0' });
});

test('today is counted live, and looked at again right after the site’s midnight, when its hours are final', async () => {
  const site = await oneCrew();
  const { world } = ground.sandbox;
  const { employer, zone } = site;
  // a day that has just begun on site
  world.clock.advance(instantAt(zone, site.day(-1), 30) - world.clock.nowMs());
  const today = site.day(0);
  const stay = site.signIn({ employer, day: today, from: '00:10', to: null });
  const live = await site.sync();
  expect(site.entries()).toMatchObject([{ date: today, workers: 1, hours: '0.0' }]);
  const [entry] = site.entries();
  const midnightMs = instantAt(zone, site.day(-1), 0);
  const lookMs = live.nextLookMs ?? Number.NaN;
  expect(lookMs).toBeGreaterThanOrEqual(midnightMs);
  expect(lookMs).toBeLessThanOrEqual(midnightMs + 10 * 60_000);

  site.correct(stay, { day: today, to: '01:10', endKind: 'manual' });
  world.clock.advance(lookMs - world.clock.nowMs());
  const final = await site.sync();
  expect(site.entries()).toMatchObject([{ id: entry?.id, date: today, workers: 1, hours: '1.0' }]);
  expect((final.nextLookMs ?? 0) - lookMs).toBeGreaterThan(22 * 3_600_000);
});
