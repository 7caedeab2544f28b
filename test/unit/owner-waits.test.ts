import { expect, test } from '@jest/globals';
import { type CausedWait, toldOnce } from '../../api/owner-waits.ts';
import { ownerWaits } from '../../shared/domain/waits.ts';

const waitOf = (reason: string, owner: 'admin' | 'contractor', day: number): CausedWait => ({
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
