import { expect, test } from '@jest/globals';
import { respondersOf } from '../../../activities/sync/people.ts';
import type { StoredMember } from '../../../shared/store/people/team.ts';

const member = (given: Partial<StoredMember> = {}): StoredMember => ({
  memberId: 'm-ria',
  name: 'Ria Solà',
  email: 'ria@north-studio.example',
  emailKey: 'ria@north-studio.example',
  returns: true,
  leftAt: null,
  grantId: 'g-ria',
  grantState: 'live',
  procoreUserId: '7001',
  accountOf: null,
  isEndedForThem: false,
  isAsked: false,
  access: null,
  accessReadAt: null,
  ...given,
});

const none = async (): Promise<never> => {
  throw new Error('nobody is asked here');
};
const matchedByName = new Map([['m-ria', '9009']]);

test('who authorized is in Procore whom their authorization says, also where they were matched to somebody else', () => {
  const [ria] = respondersOf([member()], matchedByName, none).all;
  expect(ria).toEqual({ memberId: 'm-ria', name: 'Ria Solà', procoreUserId: '7001' });
});

test('who has not is known by the match alone, and works as nobody', async () => {
  const { all, as } = respondersOf([member({ grantId: null, grantState: null, procoreUserId: null })], matchedByName, none);
  expect(all).toMatchObject([{ procoreUserId: '9009', hindrance: { owner: 'responder' } }]);
  await expect(as('m-ria')).rejects.toMatchObject({ kind: 'person-lacks-access', detail: { reach: 'record' } });
});

test('who left is of the team no more, whatever their authorization', async () => {
  const { all, as } = respondersOf([member({ leftAt: new Date(0) })], new Map(), none);
  expect(all).toEqual([]);
  await expect(as('m-ria')).rejects.toMatchObject({ kind: 'person-lacks-access', detail: { effect: 'surely-not-done' } });
});

test('an account that is another member’s sends nothing in anybody’s name, and does not say who its user is', async () => {
  const { all, as } = respondersOf([member({ accountOf: 'Sam Wu' })], matchedByName, none);
  expect(all).toMatchObject([{ procoreUserId: '9009', hindrance: { kind: 'person-lacks-access', owner: 'admin' } }]);
  await expect(as('m-ria')).rejects.toMatchObject({
    kind: 'person-lacks-access',
    owner: 'admin',
    message: 'Ria Solà has signed in with the Procore account of Sam Wu; the answer waits, whole.',
  });
});

test.each([
  ['never', { grantId: null, grantState: null }, 'responder', 'has not authorized Procore yet', 'authorizes their own'],
  ['lapsed', { grantState: 'lapsed' }, 'responder', 'authorization of Procore has lapsed', 'signs in to Procore again'],
  ['revoked', { grantState: 'revoked' }, 'admin', 'authorization of Procore was revoked', 'again on the page of their account'],
  ['ended', { grantState: 'revoked', isEndedForThem: true }, 'admin', 'was revoked', 'asks Ria Solà again.'],
  ['asked anew', { grantState: 'revoked', isAsked: true }, 'responder', 'they are asked again', 'authorizes their own'],
] as const)('%s: the words say how it stands, and who is waited for', async (_how, given, owner, seen, needed) => {
  const [ria] = respondersOf([member(given)], new Map(), none).all;
  expect(ria?.hindrance).toMatchObject({ owner, seen: expect.stringContaining(seen), needed: expect.stringContaining(needed) });
  for (const words of [ria?.hindrance?.seen, ria?.hindrance?.needed]) expect(words).toMatch(/[^.]\.$/);
  if (given.grantState === 'revoked') expect(ria?.hindrance?.seen).not.toContain('yet');
});
