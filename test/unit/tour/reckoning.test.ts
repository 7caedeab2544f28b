import { afterEach, expect, jest, test } from '@jest/globals';
import { beginningOf, logs } from '../../../scripts/tour/daily-logs.ts';
import { reckonManpower } from '../../../scripts/tour/reckoning.ts';
import type { BothSides, HammertechTruth } from '../../../scripts/tour/truth.ts';

/** UTC moments of one November evening: Sydney's day 23 begins at 13:00, UTC's at 24:00, and in Los Angeles it is the 22nd throughout. */
const moments = {
  'before both midnights': '2026-11-22T12:59:59Z',
  'just after Sydney’s midnight': '2026-11-22T13:00:00Z',
  'just before UTC’s midnight': '2026-11-22T23:59:59Z',
  'just after UTC’s midnight': '2026-11-23T00:00:01Z',
} as const;
type Moment = keyof typeof moments;

const firstDays: Readonly<Record<Moment, { readonly sydney: string; readonly losAngeles: string }>> = {
  'before both midnights': { sydney: '2026-10-23', losAngeles: '2026-10-23' },
  'just after Sydney’s midnight': { sydney: '2026-10-24', losAngeles: '2026-10-23' },
  'just before UTC’s midnight': { sydney: '2026-10-24', losAngeles: '2026-10-23' },
  'just after UTC’s midnight': { sydney: '2026-10-24', losAngeles: '2026-10-23' },
};

const names = Object.keys(moments) as readonly Moment[];
const pairs = names.flatMap((live) => names.filter((now) => moments[now] >= moments[live]).map((now) => [live, now] as const));
const laterToo = [...pairs, ...names.map((live) => [live, '2026-11-29T15:00:00Z'] as const)];

afterEach(() => {
  jest.useRealTimers();
});

/** The wall clock stands at the moment: nothing of a reckoning may hang on it. */
function standAt(now: string): void {
  jest.useFakeTimers().setSystemTime(new Date(moments[now as Moment] ?? now));
}

test.each(laterToo)('manpower that went live %s is expected from its first day on, asked %s', (live, now) => {
  standAt(now);
  const expected = reckonManpower(sidesOf({ signIns: everyDay(stay) }), new Date(moments[live]));
  const firstOf = (project: string): string | undefined =>
    expected
      .filter(({ key }) => key.startsWith(`${project}|`))
      .map(({ key }) => key.split('|')[1] ?? '')
      .sort()[0];
  expect({ sydney: firstOf('sydney'), losAngeles: firstOf('losAngeles') }).toEqual(firstDays[live]);
});

const kinds = {
  visitors: { signIns: everyDay((where, day) => ({ ...stay(where, day), isVisitor: true })) },
  incidents: {
    incidents: everyDay((where, day) => ({ ...happened(where, day), occurredUtc: at(where, day), type: 'first-aid' })),
  },
  observations: {
    observations: everyDay((where, day) => ({
      ...happened(where, day),
      observedUtc: at(where, day),
      kind: 'hazard',
      category: 'housekeeping',
      dueDate: null,
    })),
  },
  notes: {
    diaries: everyDay((projectId, date) => ({
      projectId,
      date,
      notes: 'Wet.',
      status: 'approved',
      modified: at(projectId, date),
    })),
  },
};
const kindsAt = Object.keys(kinds).flatMap((kind) =>
  laterToo.map(([live, now]) => [kind as keyof typeof kinds, live, now] as const),
);

test.each(kindsAt)(
  '%s that began %s are expected with all that changed since the day before the first, asked %s',
  (kind, live, now) => {
    standAt(now);
    const expected = logs[kind]?.expected(sidesOf(kinds[kind]), new Date(moments[live])) ?? [];
    // HammerTech is asked for changes since that day began in UTC: at 08:00 Sydney still lies in UTC's day before, Los Angeles does not
    const { sydney, losAngeles } = firstDays[live];
    const told = expected.map(({ place }) => place).sort();
    expect(told.filter((place) => place.startsWith('sydney'))[0]).toBe(`sydney|${sydney}`);
    expect(told.filter((place) => place.startsWith('losAngeles'))[0]).toBe(`losAngeles|${dayBefore(losAngeles)}`);
  },
);

test('what happened before the first day is expected where it changed later', () => {
  const old = { ...happened('sydney', '2026-10-01'), occurredUtc: at('sydney', '2026-10-01'), type: 'first-aid' };
  const told = (modified: string) =>
    logs['incidents']?.expected(sidesOf({ incidents: [{ ...old, modified }] }), new Date(moments['before both midnights']));
  expect(told('2026-10-21T23:59:59Z')).toEqual([]);
  expect(told('2026-10-22T00:00:00Z')).toMatchObject([{ place: 'sydney|2026-10-01' }]);
});

test('a stream began with its first entry, whichever that is, and begins now while there is none', () => {
  const now = new Date('2026-11-29T15:00:00Z');
  const written = ['2026-11-23T00:00:02Z', '2026-11-22T23:59:58Z', '2026-11-24T00:00:00Z'].map((writtenAt) => ({ writtenAt }));
  expect(beginningOf(written, now)).toEqual(new Date('2026-11-22T23:59:58Z'));
  expect(beginningOf([], now)).toEqual(now);
});

/** 08:00 by the clock of the project; its zone kept summer time until 1 November in Los Angeles, and keeps it in Sydney. */
function at(where: string, day: string): string {
  const hourUtc = where === 'sydney' ? -3 : day < '2026-11-01' ? 15 : 16;
  return new Date(Date.parse(`${day}T00:00:00Z`) + hourUtc * 3_600_000).toISOString();
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** One of each project for each day from well before any window. */
function everyDay<Row>(make: (where: string, day: string) => Row): Row[] {
  const days = [...Array(40)].map((_, index) => new Date(Date.UTC(2026, 9, 15 + index)).toISOString().slice(0, 10));
  return ['sydney', 'losAngeles'].flatMap((where) => days.filter((day) => day < '2026-11-22').map((day) => make(where, day)));
}

function stay(where: string, day: string): HammertechTruth['signIns'][number] {
  const startUtc = at(where, day);
  const endUtc = new Date(Date.parse(startUtc) + 3_600_000).toISOString();
  const id = `${where} ${day}`;
  const [endKind, device] = ['manual', 'kiosk'];
  const base = {
    id,
    projectId: where,
    workerId: id,
    employerId: 'employer',
    isVisitor: false,
    deleted: false,
    modified: startUtc,
  };
  return { ...base, startUtc, endUtc, endKind, device };
}

function happened(where: string, day: string) {
  return { projectId: where, employerId: 'employer', severity: 'low', status: 'open', deleted: false, modified: at(where, day) };
}

function sidesOf(records: Partial<HammertechTruth>): BothSides {
  const zones = { sydney: 'Sydney', losAngeles: 'Pacific Time (US & Canada)' };
  const projects = Object.entries(zones).map(([id, timeZone]) => ({ id, name: id, number: id, timeZone, active: true }));
  return {
    hammertech: {
      region: 'au',
      projects: projects.map(({ id, name, number }) => ({ id, name, number })),
      employers: [{ id: 'employer', name: 'Employer', abn: null, ein: null }],
      ...{ signIns: [], incidents: [], observations: [], diaries: [] },
      ...records,
    },
    company: { id: 'company', name: 'Company', projects, people: [], apps: [] },
    vendors: [{ id: 'vendor', name: 'Employer', active: true, register: null, projectIds: [] }],
  };
}
