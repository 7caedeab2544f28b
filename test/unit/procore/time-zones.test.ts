import { expect, test } from '@jest/globals';
import { ianaZoneOf } from '../../../shared/procore/time-zones.ts';

test.each([
  ['Pacific Time (US & Canada)', 'America/Los_Angeles'],
  ['Eastern Time (US & Canada)', 'America/New_York'],
  ['Sydney', 'Australia/Sydney'],
  ['London', 'Europe/London'],
  ['New Delhi', 'Asia/Kolkata'],
  ["Nuku'alofa", 'Pacific/Tongatapu'],
  [' Sydney ', 'Australia/Sydney'],
  ['America/Denver', 'America/Denver'],
  ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['UTC', 'Etc/UTC'],
])('%j is %s', (name, zone) => {
  expect(ianaZoneOf(name)).toBe(zone);
});

test.each([null, '', 'sydney time', 'Mars/Olympus', 'EST', '+10:00', 'America/Nowhere', '__proto__', 'constructor'])(
  '%j is no zone',
  (name) => {
    expect(ianaZoneOf(name)).toBeUndefined();
  },
);
