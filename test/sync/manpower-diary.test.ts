import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { type HammertechGround, useHammertechGrounds } from './hammertech-ground.ts';
import { type Firm, newSite, type Site } from './manpower-site.ts';

const newGround = useHammertechGrounds();
let ground: HammertechGround;
beforeAll(async () => {
  ground = await newGround();
});
afterEach(() => ground.settings({}));

const fromDiary = () => ground.settings({ manpower: { source: 'site-diary' } });

/** A site with a crew that signed in two days ago, two workers of eight hours. */
async function crewed(): Promise<Site & { readonly crew: Firm; readonly date: string }> {
  const site = await newSite(ground);
  const crew = await site.firm('Ledger Scaffolding Pty Ltd');
  const date = site.day(2);
  for (const from of ['07:00', '08:00']) site.signIn({ employer: crew.employerId, day: date, from, to: '15:30' });
  return { ...site, crew, date };
}

test('with the diary as source only what was approved is sent, as the diary has it, and the sign-ins count for nothing', async () => {
  await fromDiary();
  const site = await crewed();
  const { crew, date } = site;
  const employers = [{ employerId: crew.employerId, workers: 4, hours: 30 }];
  site.diary(date, { employers, visitors: 7, status: 'open' });
  await site.sync();
  expect(site.entries()).toEqual([]);
  site.diary(date, { status: 'approved' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ date, vendorId: crew.vendorId, workers: 4, hours: '7.5', manHours: '30.0' }]);
});

test('sign-ins and diary are never added up: another source replaces what the first one sent, in the same entry', async () => {
  const site = await crewed();
  const { crew, date } = site;
  site.diary(date, { employers: [{ employerId: crew.employerId, workers: 5, hours: 50 }], status: 'approved' });
  await site.sync();
  const [entry] = site.entries();
  expect(entry).toMatchObject({ workers: 2, hours: '8.0' });
  await fromDiary();
  await site.sync();
  expect(site.entries()).toMatchObject([{ id: entry?.id, workers: 5, hours: '10.0' }]);
  await ground.settings({});
  await site.sync();
  expect(site.entries()).toMatchObject([{ id: entry?.id, workers: 2, hours: '8.0' }]);
});

test('an approved diary that is corrected changes the same entries; a crew it does not name any more becomes 0', async () => {
  await fromDiary();
  const site = await crewed();
  const { crew, date } = site;
  const other = await site.firm('Second Ledger Pty Ltd');
  const ofCrew = { employerId: crew.employerId, workers: 4, hours: 32 };
  site.diary(date, { employers: [ofCrew, { employerId: other.employerId, workers: 2, hours: 16 }], status: 'approved' });
  await site.sync();
  const ids = site.entries().map(({ id }) => id);
  expect(ids).toHaveLength(2);
  site.diary(date, { employers: [{ ...ofCrew, hours: 36 }] });
  await site.sync();
  expect(site.entries().map(({ id }) => id)).toEqual(ids);
  expect(site.entries().find(({ vendorId }) => vendorId === crew.vendorId)).toMatchObject({ workers: 4, hours: '9.0' });
  expect(site.entries().find(({ vendorId }) => vendorId === other.vendorId)).toMatchObject({ workers: 0, hours: '0.0' });
});

test('a diary that is taken back for editing leaves what was sent until it is approved again', async () => {
  await fromDiary();
  const site = await crewed();
  const { crew, date } = site;
  site.diary(date, { employers: [{ employerId: crew.employerId, workers: 4, hours: 32 }], status: 'approved' });
  await site.sync();
  site.diary(date, { employers: [{ employerId: crew.employerId, workers: 1, hours: 2 }], status: 'open' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ workers: 4, hours: '8.0' }]);
  site.diary(date, { status: 'approved' });
  await site.sync();
  expect(site.entries()).toMatchObject([{ workers: 1, hours: '2.0' }]);
});
