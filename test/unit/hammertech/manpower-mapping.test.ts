import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contactIdsFor } from '../../../shared/partners/hammertech/manpower-contacts.ts';
import { type Grouping, readDiary, readSignIn } from '../../../shared/partners/hammertech/manpower-facts.ts';
import { groupOf, entryOf as mapEntry } from '../../../shared/partners/hammertech/mapping.ts';
import type { SiteSignIn } from '../../../shared/partners/hammertech/schema.ts';
import { type ManpowerSettings, settings } from '../../../shared/partners/hammertech/settings.ts';
import type { Facts, LinkedProject } from '../../../shared/partners/stream.ts';

const project: LinkedProject = {
  projectLinkId: 'l',
  procoreProjectId: '1',
  partnerProjectId: 'p',
  timeZone: 'America/Los_Angeles',
  startDate: null,
};
const counterparts = {
  vendorOf: new Map([['e1', { procoreId: '77', procoreName: 'Acme' }]]),
  companyNames: new Map([['e2', 'Nobody Ltd']]),
  ownCompanyName: 'Acme Builders',
};
const { manpower } = settings.parse({});

const entryOf = (groupKey: string, facts: readonly Facts[], of: typeof counterparts, chosen: Partial<ManpowerSettings> = {}) =>
  mapEntry(groupKey, facts, of, { ...manpower, ...chosen });

const groupingOf = (of: LinkedProject, overnight: ManpowerSettings['overnight'] = 'day-of-sign-in'): Grouping => ({
  project: of,
  firstDay: '2026-11-01',
  settings: { overnight },
  crewOf: (employerId) => (employerId === 'child' ? 'e1' : employerId),
});

const signIn = (changes: Partial<SiteSignIn>): SiteSignIn => ({
  id: 's1',
  projectId: 'p',
  workerId: 'w1',
  employerId: 'e1',
  tradeId: null,
  startUtc: '2026-11-12T15:00:00.000Z',
  endUtc: '2026-11-12T23:00:00.000Z',
  endKind: 'manual',
  device: 'kiosk',
  isVisitor: false,
  deleted: false,
  modified: '2026-11-12T23:00:00.000Z',
  ...changes,
});

function read(changes: Partial<SiteSignIn>, of = project) {
  const reading = readSignIn(signIn(changes), groupingOf(of));
  return 'facts' in reading ? reading.facts[0] : reading.skipped;
}

const readSplit = (changes: Partial<SiteSignIn>) => {
  const reading = readSignIn(signIn(changes), groupingOf(project, 'split-at-midnight'));
  return 'facts' in reading ? reading.facts : [];
};

test('a stay belongs to the local day it began, however long it lasts', () => {
  expect(read({ startUtc: '2026-11-12T07:59:00.000Z', endUtc: '2026-11-12T16:00:00.000Z' })).toMatchObject({
    groupKey: '2026-11-11|e1',
    facts: { seconds: 8 * 3600 + 60, unknown: null },
  });
  expect(read({ startUtc: '2026-11-12T08:00:00.000Z' })).toMatchObject({ groupKey: '2026-11-12|e1' });
});

test.each<[string, Partial<SiteSignIn>, string]>([
  ['an open one', { endUtc: null, endKind: 'none' }, 'open'],
  ['an automatic sign-out', { endKind: 'automatic' }, 'automatic'],
  ['a static QR code', { device: 'static-qr' }, 'static-qr'],
  ['one that ends before it starts', { endUtc: '2026-11-12T14:00:00.000Z' }, 'ends-before-it-starts'],
])('%s counts as a worker with hours unknown', (_name, changes, unknown) => {
  expect(read(changes)).toMatchObject({ groupKey: '2026-11-12|e1', facts: { seconds: null, unknown } });
});

test('visitors and deleted ones count for nothing; days before the start date or the window are left as they are known', () => {
  expect(read({ isVisitor: true })).toMatchObject({ groupKey: null, facts: {}, people: {} });
  expect(read({ deleted: true })).toMatchObject({ groupKey: null });
  expect(read({}, { ...project, startDate: '2026-11-13' })).toBe('before-the-start-date');
  expect(read({}, { ...project, startDate: '2026-11-12' })).toMatchObject({ groupKey: '2026-11-12|e1' });
  expect(read({ startUtc: '2026-10-20T15:00:00.000Z' })).toBe('before-the-window');
  expect(read({ startUtc: null })).toBe('without-a-start');
});

const stay = fc.record({
  worker: fc.constantFrom('a', 'b', 'c', 'd'),
  seconds: fc.option(fc.nat(16 * 3600)),
});

test('workers are counted once each, and workers × hours is the known total within rounding', () => {
  fc.assert(
    fc.property(fc.array(stay, { minLength: 1, maxLength: 40 }), (stays) => {
      const facts: Facts[] = stays.map(({ worker, seconds }) => ({ worker, seconds, unknown: seconds === null ? 'open' : null }));
      const mapped = entryOf('2026-11-12|e1', facts, counterparts);
      if (mapped.kind !== 'record') throw new Error(mapped.kind);
      const workers = new Set(stays.map(({ worker }) => worker)).size;
      const total = stays.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 3600;
      expect(mapped.record.fields).toMatchObject({ date: '2026-11-12', vendorId: '77', workers });
      expect(Math.abs(Number(mapped.record.fields['hours']) * workers - total)).toBeLessThanOrEqual(0.005 * workers + 1e-9);
      expect(mapped.record.empty).toBe(false);
    }),
  );
});

test('the order of the facts does not matter', () => {
  const facts: Facts[] = [
    { worker: 'a', seconds: 3600, unknown: null },
    { worker: 'b', seconds: 7201, unknown: null },
    { worker: 'a', seconds: null, unknown: 'open' },
  ];
  expect(entryOf('2026-11-12|e1', [...facts].reverse(), counterparts)).toEqual(entryOf('2026-11-12|e1', facts, counterparts));
});

test('nobody left means the correction to zero; no vendor and no employer are each their own cause', () => {
  expect(entryOf('2026-11-12|e1', [], counterparts)).toMatchObject({
    record: { empty: true, fields: { workers: 0, hours: '0.00' } },
  });
  expect(entryOf('2026-11-12|e2', [], counterparts)).toMatchObject({
    reason: 'unmatched-company',
    subject: 'employer:e2',
    seen: expect.stringContaining('Nobody Ltd'),
  });
  expect(entryOf('2026-11-12|', [], counterparts)).toMatchObject({ reason: 'source-incomplete' });
  expect(groupOf('2026-11-12|a|b')).toEqual({ date: '2026-11-12', employerId: 'a|b' });
});

test('a contact id is the card of the vendor’s unique name, or its own; one that the other list gives to somebody else comes last', () => {
  const vendors = [
    { id: '77', name: 'Acme ' },
    { id: '78', name: 'Bolt' },
  ];
  const cards = [
    { id: '901', name: 'ACME' },
    { id: '902', name: 'Bolt' },
  ];
  const acme = { id: '77', name: 'Acme' };
  expect(contactIdsFor(acme, vendors, cards)).toEqual(['901', '77']);
  expect(contactIdsFor(acme, [...vendors, { id: '901', name: 'Zed Vendor' }], cards)).toEqual(['77', '901']);
  expect(contactIdsFor(acme, vendors, [...cards, { id: '77', name: 'Zed Person' }])).toEqual(['901', '77']);
  expect(contactIdsFor(acme, vendors, [...cards, { id: '903', name: 'Acme' }])).toEqual(['77']);
  expect(contactIdsFor({ id: '79', name: 'Gone' }, vendors, cards)).toEqual([]);
});

test('split at midnight, each day has its own hours; a stay that turns out shorter takes its second day back', () => {
  const night = { startUtc: '2026-11-13T06:00:00.000Z', endUtc: '2026-11-13T14:00:00.000Z' }; // 22:00 to 06:00 in Los Angeles
  expect(readSplit(night)).toMatchObject([
    { sourceId: 's1', groupKey: '2026-11-12|e1', facts: { seconds: 2 * 3600 } },
    { sourceId: 's1#2', groupKey: '2026-11-13|e1', facts: { seconds: 6 * 3600 }, people: { worker: 'w1' } },
  ]);
  expect(readSplit({ ...night, endUtc: '2026-11-13T07:30:00.000Z' })).toMatchObject([
    { groupKey: '2026-11-12|e1', facts: { seconds: 5400 } },
    { sourceId: 's1#2', groupKey: null },
  ]);
  expect(readSplit({ ...night, endUtc: null, endKind: 'none' })).toMatchObject([
    { facts: { unknown: 'open' } },
    { groupKey: null },
  ]);
  const whole = readSignIn(signIn(night), groupingOf(project));
  expect(whole).toMatchObject({ facts: [{ groupKey: '2026-11-12|e1', facts: { seconds: 8 * 3600 } }, { groupKey: null }] });
});

test('the approved diary counts workers and total hours; one that is still open counts for nothing yet', () => {
  const day = {
    id: 'd1',
    projectId: 'p',
    date: '2026-11-12',
    employers: [
      { employerId: 'e1', workers: 3, hours: 24 },
      { employerId: 'child', workers: 1, hours: null },
    ],
    visitors: 2,
    notes: null,
    status: 'approved' as const,
    modified: null,
  };
  const reading = readDiary(day, groupingOf(project), ['e1']);
  const facts = 'facts' in reading ? reading.facts : [];
  expect(facts.map(({ groupKey }) => groupKey)).toEqual(['2026-11-12|e1', '2026-11-12|e1']);
  expect(
    entryOf(
      '2026-11-12|e1',
      facts.map((fact) => fact.facts),
      counterparts,
      { source: 'site-diary' },
    ),
  ).toMatchObject({
    record: { fields: { workers: 4, hours: '6.00' } },
  });
  expect(readDiary({ ...day, status: 'open' }, groupingOf(project), [])).toEqual({ skipped: 'not-approved' });
  expect(readDiary({ ...day, date: null }, groupingOf(project), [])).toEqual({ skipped: 'without-a-date' });
});

test('sign-ins and diary are never added up', () => {
  const both: Facts[] = [
    { worker: 'a', seconds: 3600, unknown: null },
    { from: 'diary', workers: 5, seconds: 40 * 3600, unknown: null },
  ];
  expect(entryOf('2026-11-12|e1', both, counterparts)).toMatchObject({ record: { fields: { workers: 1, hours: '1.00' } } });
  expect(entryOf('2026-11-12|e1', both, counterparts, { source: 'site-diary' })).toMatchObject({
    record: { fields: { workers: 5, hours: '8.00' } },
  });
});

test('the builder’s own people are left out where timecards are used, and no others', () => {
  const own = { ...counterparts, ownCompanyName: ' ACME' };
  const facts: Facts[] = [{ worker: 'a', seconds: 3600, unknown: null }];
  expect(entryOf('2026-11-12|e1', facts, own, { ownStaff: 'skip' })).toMatchObject({ kind: 'nothing' });
  expect(entryOf('2026-11-12|e1', facts, own)).toMatchObject({ kind: 'record' });
  expect(entryOf('2026-11-12|e1', facts, counterparts, { ownStaff: 'skip' })).toMatchObject({ kind: 'record' });
});
