import { expect, test } from '@jest/globals';
import { createUpkeep } from '../../../activities/upkeep/tidy.ts';
import { findGrantOfPerson } from '../../../shared/store/grants/grants.ts';
import { findSignIn } from '../../../shared/store/grants/sign-ins.ts';
import { memberSubject } from '../../../shared/store/people/authorizations.ts';
import { listTeam } from '../../../shared/store/people/team.ts';
import { type Connecting, useChecksBench } from '../../support/checks-bench.ts';
import { met } from '../../support/onboarded.ts';
import { authorizeMember, untilConnected } from '../../support/part3-connecting.ts';

const bench = useChecksBench();
const ria = 'ria@north-studio.example';
const sam = 'sam@north-studio.example';

const member = async (on: Connecting, email: string) =>
  (await on.inTenant((db) => listTeam(db, on.connectionId))).find((one) => one.email === email);
const idOf = (email: string) => bench().sandbox.world.people.find((one) => one.email === email)?.id ?? '';
const tokensOf = (personId: string) =>
  bench()
    .sandbox.world.tokens.filter((token) => token.personId === personId)
    .map(({ refreshRevoked }) => !refreshRevoked);

test('a yes to another member’s account that the page did not see is refused before anything of it is kept; its tokens are revoked', async () => {
  const on = await untilConnected(bench());
  await met(on, ['matchPeople']);
  await authorizeMember(on, sam, 'sam');
  await on.check('authorizeResponders');
  // the bench says yes as a page of before did, which compared nothing
  const signIn = await on.signIn('sam', 'authorize-person', memberSubject(ria));
  await on.check('authorizeResponders');
  expect(await signIn.confirm()).toBe(true);
  await on.check('authorizeResponders');

  expect(await member(on, ria)).toMatchObject({ grantId: null, procoreUserId: null });
  expect(await member(on, sam)).toMatchObject({ grantState: 'live', procoreUserId: idOf(sam), accountOf: null });
  const refused = await on.inTenant((db) => findSignIn(db, signIn.signInId));
  expect(refused).toMatchObject({ state: 'refused', refusal: expect.stringContaining('This Procore account is Sam Wu’s.') });
  expect((await on.inTenant((db) => findGrantOfPerson(db, idOf(sam))))?.version).toBe(1);
  await createUpkeep(bench().deps).tidy({});
  expect(tokensOf(idOf(sam)).slice(-2)).toEqual([true, false]);
});
