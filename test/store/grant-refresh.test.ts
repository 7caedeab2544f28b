import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type GrantGround, openGrantGround } from '../../bench/grants/ground.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { findGrant, lapsesToTell } from '../../shared/store/grants/grants.ts';
import { closeBreaker } from '../support/granted.ts';
import { useTestStore } from '../support/store.ts';

/** Two processes against the sandbox's login host; what happened is read in its ledger. */
const store = useTestStore();
let ground: GrantGround;
beforeAll(async () => {
  ground = await openGrantGround(store().database, 'demo');
});
afterAll(() => ground.close());
beforeEach(async () => {
  await closeBreaker(store());
  ground.tokenRequests();
});

const [ria, sam] = ['ria@north-studio.example', 'sam@north-studio.example'];

async function expired(person: string) {
  const ref = await ground.signIn(person);
  await ground.passTwoHours();
  ground.tokenRequests();
  return ref;
}
const stateOf = async ({ grantId }: { readonly grantId: string }) => {
  const grant = await ground.inTenant((db) => findGrant(db, grantId));
  return [grant?.state, grant?.version];
};
const fault = async (kind: string): Promise<void> => {
  const { url, token } = ground.sandbox.control;
  const answer = await fetch(`${url}/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ match: { operationId: 'OauthTokenPost' }, kind }),
  });
  if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
};

test('200 users of one expired grant in two processes cause exactly one refresh, and all of them work', async () => {
  const ref = await expired(ria);
  expect(await ground.use(ref, 200)).toEqual({ worked: 200, failed: [] });
  expect(ground.tokenRequests()).toHaveLength(1);
  expect(await stateOf(ref)).toEqual(['live', 2]);
});

test('control: clients that refresh by themselves after a 401 cause many, and lose', async () => {
  const ref = await expired(ria);
  const { failed } = await ground.use(ref, 200, 'refresh on 401');
  expect(failed.length).toBeGreaterThan(0);
  expect(ground.tokenRequests().length).toBeGreaterThan(1);
});

test('a 401 before the end of its life replaces a token once, however many meet it', async () => {
  const ref = await ground.signIn(ria);
  ground.sandbox.world.clock.advance(7_200_000); // only Procore's clock: our row says that it is good
  ground.tokenRequests();
  expect(await ground.use(ref, 200)).toEqual({ worked: 200, failed: [] });
  expect(ground.tokenRequests()).toHaveLength(1);
});

test('a refresh whose answer is lost ends in one lapse for that person, without a storm; others go on, and so do they after a new sign-in', async () => {
  const [lost, other] = [await ground.signIn(ria), await ground.signIn(sam)];
  const [, version] = await stateOf(lost);
  await ground.passTwoHours();
  ground.tokenRequests();
  await fault('reset-after-commit');
  const refused = await ground.use(lost, 200);
  expect(refused.worked).toBe(0);
  expect(new Set(refused.failed)).toEqual(new Set(['grant-lapsed']));
  // the one whose answer was lost, and the one that was told that the token is spent
  expect(ground.tokenRequests().map(({ status }) => status)).toEqual([null, 400]);
  expect(await stateOf(lost)).toEqual(['lapsed', version]);
  const untold = await ground.inTenant((db) => lapsesToTell(db, 10));
  expect(untold).toMatchObject([{ grantId: lost.grantId, version }]);
  expect((await ground.use(lost, 200)).worked).toBe(0);
  expect(ground.tokenRequests()).toEqual([]);

  expect(await ground.use(other, 50)).toEqual({ worked: 50, failed: [] });
  expect(ground.tokenRequests()).toHaveLength(1);

  expect(await ground.signIn(ria)).toEqual(lost);
  ground.tokenRequests();
  expect(await ground.use(lost, 200)).toEqual({ worked: 200, failed: [] });
  expect(ground.tokenRequests()).toEqual([]);
});

test('by switch the old refresh token outlives a lost answer: the second try brings the pair, and nobody is asked to sign in', async () => {
  ground.sandbox.world.switches.set('oldRefreshTokenUntilUse', true);
  const ref = await expired(ria);
  await fault('reset-after-commit');
  expect(await ground.use(ref, 20)).toEqual({ worked: 20, failed: [] });
  expect(ground.tokenRequests()).toHaveLength(2);
  ground.sandbox.world.switches.set('oldRefreshTokenUntilUse', false);
});

test('a revoked grant is used by no call, in no process', async () => {
  const ref = await ground.signIn(ria);
  expect((await ground.use(ref, 10)).worked).toBe(10);
  await ground.inTenant((db) => revokeGrant(db, ref.grantId));
  const { worked, failed } = await ground.use(ref, 10);
  expect([worked, new Set(failed)]).toEqual([0, new Set(['grant-lapsed'])]);
});
