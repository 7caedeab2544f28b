import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dateRange, isKnownZone, localDateOf, startOfDay, windowStart } from '../../shared/domain/local-dates.ts';

test.each([
  // either side of midnight
  ['2026-11-12T12:59:59Z', 'Australia/Sydney', '2026-11-12'],
  ['2026-11-12T13:00:00Z', 'Australia/Sydney', '2026-11-13'],
  ['2026-11-12T07:59:59Z', 'America/Los_Angeles', '2026-11-11'],
  ['2026-11-12T08:00:00Z', 'America/Los_Angeles', '2026-11-12'],
  // clocks go forward in Sydney at 2026-10-03T16:00Z: midnight before is UTC+10, midnight after UTC+11
  ['2026-10-03T13:59:59Z', 'Australia/Sydney', '2026-10-03'],
  ['2026-10-03T14:00:00Z', 'Australia/Sydney', '2026-10-04'],
  ['2026-10-04T12:59:59Z', 'Australia/Sydney', '2026-10-04'],
  ['2026-10-04T13:00:00Z', 'Australia/Sydney', '2026-10-05'],
  // clocks go back in Los Angeles at 2026-11-01T09:00Z
  ['2026-11-01T06:59:59Z', 'America/Los_Angeles', '2026-10-31'],
  ['2026-11-01T07:00:00Z', 'America/Los_Angeles', '2026-11-01'],
  ['2026-11-02T07:59:59Z', 'America/Los_Angeles', '2026-11-01'],
  ['2026-11-02T08:00:00Z', 'America/Los_Angeles', '2026-11-02'],
])('%s in %s is %s', (instant, zone, date) => {
  expect(localDateOf(Date.parse(instant), zone)).toBe(date);
});

const zones = [
  'Australia/Sydney',
  'America/Los_Angeles',
  'Europe/London',
  'America/New_York',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const moments = fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') });

test('a later moment is never on an earlier day, and no zone is more than a day from UTC', () => {
  fc.assert(
    fc.property(moments, fc.nat(36 * 3_600_000), fc.constantFrom(...zones), (at, more, zone) => {
      const date = localDateOf(at, zone);
      expect(localDateOf(at + more, zone) >= date).toBe(true);
      const utc = new Date(at).toISOString().slice(0, 10);
      expect([addDays(utc, -1), utc, addDays(utc, 1)]).toContain(date);
    }),
  );
});

test('every zone: the day is the one its clocks show, and it begins at the first moment that is no longer the day before', () => {
  const clocks = (zone: string) => new Intl.DateTimeFormat('en-US', { timeZone: zone, dateStyle: 'short' });
  fc.assert(
    fc.property(moments, fc.constantFrom(...Intl.supportedValuesOf('timeZone')), (at, zone) => {
      const date = localDateOf(at, zone);
      const [month, day, year] = clocks(zone).format(at).split('/').map(Number);
      expect(date.split('-').map(Number)).toEqual([2000 + (year ?? 0), month, day]);
      const begin = startOfDay(date, zone);
      expect(at).toBeGreaterThanOrEqual(begin);
      expect(clocks(zone).format(begin)).toBe(clocks(zone).format(at));
      expect(clocks(zone).format(begin - 1)).not.toBe(clocks(zone).format(at));
    }),
    { numRuns: 1000 },
  );
});

test('days add up over months, leap days and changes of clock', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  fc.assert(
    fc.property(moments, fc.integer({ min: -4000, max: 4000 }), (at, days) => {
      const date = new Date(at).toISOString().slice(0, 10);
      expect(addDays(addDays(date, days), -days)).toBe(date);
    }),
  );
});

test('a window reaches back whole days of its zone', () => {
  expect(windowStart(Date.parse('2026-11-12T13:30:00Z'), 'Australia/Sydney', 14)).toBe('2026-10-30');
  expect(dateRange(['2026-02-01', '2026-01-31'])).toEqual({ first: '2026-01-31', last: '2026-02-01' });
  expect(dateRange([])).toBeUndefined();
  expect(isKnownZone('Australia/Sydney')).toBe(true);
  expect(isKnownZone('Sydney Time')).toBe(false);
});
