import { expect, test } from '@jest/globals';
import { employer, siteDiary, siteSignIn } from '../../../shared/partners/hammertech/schema.ts';

const signIn = {
  id: 's-1',
  projectId: 'p-1',
  workerId: 'w-1',
  employerId: 'e-1',
  startUtc: '2026-03-01T20:00:00Z',
  endUtc: null,
  endKind: 'none',
  device: 'kiosk',
  isVisitor: false,
  modified: '2026-03-01T20:00:01Z',
  deleted: false,
};

test('a sign-in keeps what we need and drops what we do not know', () => {
  expect(siteSignIn.parse({ ...signIn, workerName: 'Olga', added: { later: true } })).toEqual({
    ...signIn,
    tradeId: null,
    startUtc: '2026-03-01T20:00:00.000Z',
    modified: '2026-03-01T20:00:01.000Z',
  });
});

test.each([
  ['2026-03-01T20:00:00Z', '2026-03-01T20:00:00.000Z'],
  ['2026-03-01T20:00:00.123Z', '2026-03-01T20:00:00.123Z'],
  ['2026-03-01T20:00:00', '2026-03-01T20:00:00.000Z'],
  ['2026-03-02T07:00:00+11:00', '2026-03-01T20:00:00.000Z'],
  ['2026-02-30T20:00:00Z', null],
  ['01/03/2026 20:00', null],
  ['yesterday', null],
  [1_772_395_200, null],
  [null, null],
])('a start of %j is the instant %j', (startUtc, expected) => {
  expect(siteSignIn.parse({ ...signIn, startUtc }).startUtc).toBe(expected);
});

test('kinds we do not know are unknown, never a guess', () => {
  expect(siteSignIn.parse({ ...signIn, endKind: 'teleported', device: 7 })).toMatchObject({
    endKind: 'unknown',
    device: 'unknown',
  });
});

test('a sign-in without its ids is not one', () => {
  expect(siteSignIn.safeParse({ ...signIn, id: undefined }).success).toBe(false);
  expect(siteSignIn.safeParse({ ...signIn, projectId: undefined }).success).toBe(false);
});

test('a registration number may be printed as a number, and an empty one is none', () => {
  expect(employer.parse({ id: 1, name: 'Kranbau', abn: 51824753556, ein: '' })).toEqual({
    id: '1',
    name: 'Kranbau',
    abn: '51824753556',
    ein: null,
    parentEmployerId: null,
    modified: null,
  });
});

test('a diary day must be a day, and counts that make no sense are unknown', () => {
  const diary = {
    id: 'd',
    projectId: 'p',
    date: '2026-02-31',
    employers: [{ employerId: 'e', workers: -1, hours: 'many' }],
    status: 'signed',
  };
  expect(siteDiary.parse(diary)).toEqual({
    id: 'd',
    projectId: 'p',
    date: null,
    employers: [{ employerId: 'e', workers: null, hours: null }],
    visitors: null,
    notes: null,
    status: 'unknown',
    modified: null,
  });
});
