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
  askedAt: null,
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
  expect(ria).toMatchObject({ procoreUserId: '7001', authorization: 'live' });
});

test('who has not is known by the match alone, and works as nobody', async () => {
  const { all, as } = respondersOf([member({ grantId: null, grantState: null, procoreUserId: null })], matchedByName, none);
  expect(all).toMatchObject([{ procoreUserId: '9009', authorization: 'none' }]);
  await expect(as('m-ria')).rejects.toMatchObject({ kind: 'person-lacks-access', detail: { reach: 'record' } });
});

test('who left is of the team no more, whatever their authorization', async () => {
  const { all, as } = respondersOf([member({ leftAt: new Date(0) })], new Map(), none);
  expect(all).toEqual([]);
  await expect(as('m-ria')).rejects.toMatchObject({ kind: 'person-lacks-access', detail: { effect: 'surely-not-done' } });
});
