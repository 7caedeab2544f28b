import { expect, test } from '@jest/globals';
import { type CausedWait, toldOnce } from '../../api/owner-waits.ts';
import type { Owner } from '../../shared/domain/faults.ts';
import { ownerWaits } from '../../shared/domain/waits.ts';

const waitOf = (reason: string | null, owner: Owner, day: number): CausedWait => ({
  reason,
  isOfProject: false,
  wait: {
    side: 'partner',
    owner,
    who: null,
    what: '',
    since: new Date(Date.UTC(2026, 0, day)),
    until: null,
    reminderDueAt: null,
    about: { kind: 'step', id: `${day}`, label: '' },
  },
});

test.each([
  ['the contractor has lapsed', 'grant-lapsed', 'contractor'],
  ['they took their authorization back', 'grant-lapsed', 'admin'],
  ['another person waits to be accepted', 'acceptance-missing', 'admin'],
] as const)('%s: one wait since the first of them', (_why, reason, owner) => {
  const told = toldOnce([waitOf(reason, owner, 3), waitOf(reason, owner, 2)]);
  expect(told.map(({ wait }) => wait.since.getUTCDate())).toEqual([2]);
  expect(ownerWaits).toContainEqual({ reason, owner });
});

test('a refused token of the partner is one wait, whatever it stops; other waits stay each for itself, in their order', () => {
  const token = 'partner-credential-rejected';
  const told = toldOnce([
    waitOf(token, 'admin', 4),
    waitOf('tool-disabled', 'contractor', 3),
    waitOf(token, 'admin', 2),
    waitOf('tool-disabled', 'contractor', 5),
    waitOf(null, 'admin', 6),
    waitOf(null, 'admin', 7),
    { ...waitOf(token, 'admin', 8), isOfProject: true },
  ]);
  expect(told.map(({ reason, wait }) => [reason, wait.since.getUTCDate(), wait.about.id])).toEqual([
    [token, 2, '4'],
    ['tool-disabled', 3, '3'],
    ['tool-disabled', 5, '5'],
    [null, 6, '6'],
    [null, 7, '7'],
  ]);
});

test('what waits for a member’s authorization is told with the line of that member; what else is about them, and whom else it waits for, is not', () => {
  const ofRia = (reason: string | null, owner: Owner, day: number) => ({ ...waitOf(reason, owner, day), memberId: 'm-1' });
  const told = toldOnce([
    ofRia(null, 'admin', 5),
    { ...waitOf(null, 'responder', 6), memberId: 'm-2' },
    ofRia('person-lacks-access', 'admin', 4),
    { ...waitOf('grant-lapsed', 'responder', 5), memberId: 'm-2' },
    ofRia('not-in-court', 'admin', 3),
    ofRia('person-lacks-access', 'procore', 2),
    { ...waitOf('person-lacks-access', 'admin', 1), memberId: 'm-3' },
  ]);
  expect(told.map(({ reason, memberId, wait }) => [reason, memberId, wait.since.getUTCDate(), wait.about.id])).toEqual([
    [null, 'm-1', 4, '5'],
    [null, 'm-2', 5, '6'],
    ['not-in-court', 'm-1', 3, '3'],
    ['person-lacks-access', 'm-1', 2, '2'],
    ['person-lacks-access', 'm-3', 1, '1'],
  ]);
});

test('what waits for the meaning of a response is told with the step that asks for all of them, and else each for itself', () => {
  const item = (day: number): CausedWait => {
    const of = waitOf('unmapped-response', 'admin', day);
    return { ...of, isOfProject: true, wait: { ...of.wait, about: { ...of.wait.about, kind: 'item' } } };
  };
  const days = (waits: readonly CausedWait[]) => toldOnce(waits).map(({ wait }) => [wait.about.id, wait.since.getUTCDate()]);
  expect(days([waitOf('unmapped-response', 'admin', 5), item(4), item(6)])).toEqual([['5', 4]]);
  expect(days([item(4), item(6)])).toEqual([
    ['4', 4],
    ['6', 6],
  ]);
});
