import { closeBreaker, openBreaker } from '../../../shared/store/grants/grant-breaker.ts';
import { forgetLeftover, leavePair, leftoversToRevoke, postponeLeftover } from '../../../shared/store/grants/grant-leftovers.ts';
import { beginGrant, lockGrantOfPerson, replacePair, revokeGrant } from '../../../shared/store/grants/grant-pairs.ts';
import {
  claimRefresh,
  giveClaimBack,
  lapseGrant,
  markClientRefused,
  markUnsure,
  storePair,
} from '../../../shared/store/grants/grant-refresh.ts';
import {
  findGrant,
  findGrantOfPerson,
  grantsToRefresh,
  lapsesToTell,
  markLapseTold,
  noteGrantUse,
  readStanding,
} from '../../../shared/store/grants/grants.ts';
import { confirmedToken, tokensToKeep } from '../../../shared/store/grants/sign-in-tokens.ts';
import { wakeHeldBack, wakeServed } from '../../../shared/store/grants/waking.ts';
import type { Attacks } from './attack.ts';
import type { Ids } from './world.ts';

const bytes = Buffer.from('attack');
const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
const attemptOn = ({ grants, grantAttemptId }: Ids, word: keyof Ids['grants']) => ({
  grantId: grants[word],
  version: 1,
  attemptId: grantAttemptId,
});
const somebody = ({ tenantId, mark }: Ids) => ({ tenantId, procoreUserId: mark, procoreLogin: 'attack', procoreName: 'attack' });
const pairOn = (grantId: string, { mark }: Ids) => ({
  ...moments,
  grantId,
  sealedPair: Buffer.from(mark),
  signInId: grantId,
});

/** A person's authorization: its tokens, who may refresh them, and how it ends. */
export const onGrants = {
  findGrant: (db, { grants }) => findGrant(db, grants.live),
  findGrantOfPerson: (db, { mark }) => findGrantOfPerson(db, mark),
  readStanding: async (db, { grants }) => (await readStanding(db, grants.live))?.state,
  noteGrantUse: (db, { grants }) => noteGrantUse(db, grants.live),
  grantsToRefresh: (db) => grantsToRefresh(db, 100),
  lapsesToTell: (db) => lapsesToTell(db, 100),
  markLapseTold: (db, { grants }) => markLapseTold(db, { grantId: grants.lapsed, version: 1 }),

  wakeServed: (db, { tenantId, grants }) => wakeServed(db, tenantId, grants.live),
  wakeHeldBack: async (db, { tenantId }) => {
    await openBreaker(db, 'client-refused');
    await closeBreaker(db);
    await wakeHeldBack(db, tenantId);
  },

  claimRefresh: (db, ids) => claimRefresh(db, attemptOn(ids, 'live'), 60_000),
  giveClaimBack: (db, ids) => giveClaimBack(db, attemptOn(ids, 'refreshing'), 0),
  markUnsure: (db, ids) => markUnsure(db, attemptOn(ids, 'refreshing'), 0),
  markClientRefused: (db, ids) => markClientRefused(db, attemptOn(ids, 'refreshing'), 0),
  lapseGrant: (db, ids) => lapseGrant(db, attemptOn(ids, 'refreshing')),
  storePair: (db, ids) =>
    storePair(db, { ...moments, ...attemptOn(ids, 'refreshing'), tenantId: ids.tenantId, sealedPair: bytes }),

  beginGrant: (db, ids) => beginGrant(db, somebody(ids), pairOn(ids.grants.live.replace(/^./, '0'), ids)),
  lockGrantOfPerson: (db, { mark }) => lockGrantOfPerson(db, mark),
  replacePair: (db, ids) => replacePair(db, somebody(ids), pairOn(ids.grants.live, ids)),
  revokeGrant: (db, { grants }) => revokeGrant(db, grants.live),

  leavePair: (db, { tenantId, grants }) => leavePair(db, { tenantId, grantId: grants.live, sealedPair: bytes }),
  leftoversToRevoke: (db) => leftoversToRevoke(db, 100),
  forgetLeftover: (db, { leftoverId }) => forgetLeftover(db, leftoverId),
  postponeLeftover: (db, { leftoverId }) => postponeLeftover(db, leftoverId, 1_000),

  confirmedToken: (db, { signIns }) => confirmedToken(db, signIns.authorized),
  tokensToKeep: (db) => tokensToKeep(db, 100),
} satisfies Attacks;
