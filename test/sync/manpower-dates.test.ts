import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { dayIn } from '../../sandbox/kernel/clock.ts';
import { dayAfter, dayBefore, instantAt, type ZoneName, zones } from '../../sandbox/seed/zones.ts';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { newSite, type Site } from './manpower-site.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});
afterEach(() => ground.settings({}));

const sydneyAndLosAngeles: readonly ZoneName[] = ['Sydney', 'Pacific Time (US & Canada)'];
const hourMs = 3_600_000;

async function oneCrew(zone?: ZoneName): Promise<Site & { readonly employer: string }> {
  const site = await newSite(ground, zone);
  return { ...site, employer: (await site.firm('Nightjar Formwork Pty Ltd')).employerId };
}

const datesAndHours = (site: Site) => site.entries().map(({ date, hours }) => [date, hours]);

test.each(sydneyAndLosAngeles)('either side of midnight in %s, each sign-in falls on the site’s own day', async (zone) => {
  const site = await oneCrew(zone);
  const { employer } = site;
  const [before, after] = [site.day(3), site.day(2)];
  site.signIn({ employer, day: before, from: '23:58', to: '23:59' });
  site.signIn({ employer, day: before, from: '07:00', to: '09:01' });
  site.signIn({ employer, day: after, from: '00:00', to: '00:06' });
  site.signIn({ employer, day: after, from: '16:30', to: '18:30' });
  await site.sync();
  expect(site.entries()).toMatchObject([
    { date: before, workers: 2, hours: '1.02' },
    { date: after, workers: 2, hours: '1.05' },
  ]);
});

/** Whether a day of a zone has 24 hours. */
const isPlain = (zone: string, day: string): boolean =>
  instantAt(zone, dayAfter(day, 1), 0) - instantAt(zone, day, 0) === 24 * hourMs;

/** A night of the last days in which no clock was changed: its evening's day and the day after. */
function plainNight({ zone, day }: Site): readonly [evening: string, morning: string] {
  const ago = [3, 4, 5, 6].find((days) => isPlain(zone, day(days)) && isPlain(zone, day(days - 1)));
  if (ago === undefined) throw new Error('the clocks change too often');
  return [day(ago), day(ago - 1)];
}

test('a night shift belongs to the day of its sign-in, whole; split at midnight each day has its own hours; back again the second is 0', async () => {
  const site = await oneCrew();
  const { employer } = site;
  const [night, morning] = plainNight(site);
  site.signIn({ employer, day: night, from: '22:00', to: '30:00' });
  await site.sync();
  expect(datesAndHours(site)).toEqual([[night, '8.0']]);

  await ground.settings({ manpower: { overnight: 'split-at-midnight' } });
  await site.sync();
  expect(datesAndHours(site)).toEqual([
    [night, '2.0'],
    [morning, '6.0'],
  ]);
  expect(site.entries()).toMatchObject([{ workers: 1 }, { workers: 1 }]);

  await ground.settings({});
  await site.sync();
  expect(site.entries()).toMatchObject([
    { date: night, workers: 1, hours: '8.0' },
    { date: morning, workers: 0, hours: '0.0' },
  ]);
});

test('split at midnight, a shift that turns out to end before it takes its second day back', async () => {
  await ground.settings({ manpower: { overnight: 'split-at-midnight' } });
  const site = await oneCrew();
  const [night, morning] = plainNight(site);
  const stay = site.signIn({ employer: site.employer, day: night, from: '20:00', to: '26:00' });
  await site.sync();
  expect(datesAndHours(site)).toEqual([
    [night, '4.0'],
    [morning, '2.0'],
  ]);
  site.correct(stay, { day: night, to: '23:00' });
  await site.sync();
  expect(site.entries()).toMatchObject([
    { date: night, workers: 1, hours: '3.0' },
    { date: morning, workers: 0, hours: '0.0' },
  ]);
});

test('nothing before the link’s start date is sent; an earlier start date sends it, a later one takes nothing back', async () => {
  const site = await oneCrew();
  const { employer } = site;
  const setStart = (date: string) =>
    ground.store.admin.query('UPDATE project_link SET start_date = $1 WHERE project_link_id = $2', [
      date,
      site.link.projectLinkId,
    ]);
  for (const ago of [5, 4, 3]) site.signIn({ employer, day: site.day(ago), from: '07:00', to: '15:00' });
  await setStart(site.day(3));
  await site.sync();
  expect(datesAndHours(site)).toEqual([[site.day(3), '8.0']]);
  await setStart(site.day(4));
  await site.sync();
  expect(datesAndHours(site)).toEqual([
    [site.day(4), '8.0'],
    [site.day(3), '8.0'],
  ]);
  await setStart(site.day(2));
  site.signIn({ employer, day: site.day(4), from: '07:00', to: '15:00' });
  await site.sync();
  expect(site.entries()).toMatchObject([
    { date: site.day(4), workers: 1, hours: '8.0' },
    { date: site.day(3), workers: 1, hours: '8.0' },
  ]);
  expect(site.entries().flatMap(({ history }) => history)).toHaveLength(2);
});

/** The next day of a zone that is not 24 hours long, and its hours. */
function clockChange(zone: string): { readonly day: string; readonly hours: number } {
  for (let day = dayIn(zone, Date.now()); ; day = dayAfter(day, 1)) {
    const hours = (instantAt(zone, dayAfter(day, 1), 0) - instantAt(zone, day, 0)) / hourMs;
    if (hours !== 24) return { day, hours };
  }
}

/** The sandbox's clock only goes forward: these come last, the earlier change first. */
const bySeason = [...sydneyAndLosAngeles]
  .map((zone) => ({ zone, ...clockChange(zones[zone]) }))
  .sort((left, right) => left.day.localeCompare(right.day));

test.each(bySeason)('in $zone the clocks change on $day, a day of $hours hours: dates and hours are right', async (change) => {
  const { zone: zoneName, day, hours } = change;
  const zone = zones[zoneName];
  const { world } = ground.sandbox;
  world.clock.advance(instantAt(zone, dayAfter(day, 2), 12 * 60) - world.clock.nowMs());
  await ground.settings({ manpower: { overnight: 'split-at-midnight' } });
  const site = await oneCrew(zoneName);
  const nights = await site.firm('Long Night Crew Pty Ltd');
  const eve = dayBefore(day, 1);
  site.signIn({ employer: site.employer, day: eve, from: '23:30', to: '23:54' });
  site.signIn({ employer: site.employer, day, from: '00:06', to: '23:54' });
  site.signIn({ employer: site.employer, day: dayAfter(day, 1), from: '00:06', to: '00:36' });
  const workerId = '7d3f9a60-0000-4000-8000-000000000002';
  for (const night of [eve, day]) site.signIn({ employer: nights.employerId, workerId, day: night, from: '22:00', to: '30:00' });
  await site.sync();
  const of = (vendorId: string) => site.entries().flatMap((one) => (one.vendorId === vendorId ? [[one.date, one.hours]] : []));
  expect(of(nights.vendorId)).toEqual([
    [eve, '2.0'],
    [day, `${8 + hours - 24}.0`],
    [dayAfter(day, 1), '6.0'],
  ]);
  expect(
    site.entries().flatMap(({ date, vendorId, hours: sent }) => (vendorId === nights.vendorId ? [] : [[date, sent]])),
  ).toEqual([
    [eve, '0.4'],
    [day, `${hours - 1}.8`],
    [dayAfter(day, 1), '0.5'],
  ]);
});
