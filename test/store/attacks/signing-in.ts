import {
  claimCode,
  giveCodeBack,
  lapseSignIns,
  storeIdentity,
  storeToken,
  tokensToRevoke,
  usableToken,
  wipeToken,
} from '../../../shared/store/grants/sign-in-tokens.ts';
import {
  confirmSignIn,
  findSignIn,
  lastConfirmed,
  newestSignIn,
  offerSignIn,
  openSession,
  refuseConfirmed,
  refuseSignIn,
  returnSignIn,
  startSignIn,
  storeSeen,
  storeWho,
  voidSignIns,
  withdrawSignIn,
} from '../../../shared/store/grants/sign-ins.ts';
import type { Attacks } from './attack.ts';

const bytes = Buffer.from('attack');
const later = new Date(Date.now() + 600_000);
const seen = { companyId: 'attack', companyName: 'attack', directoryLevel: 'Admin', admin: true };
const somebody = { id: 'attack', name: 'attack', login: 'attack' };

/** A person's sign-in, from the link to the token, by ids and by the very hashes of its bearers. */
export const onSignIns = {
  offerSignIn: (db, { tenantId, connectionId, signIns }) =>
    offerSignIn(db, {
      tenantId,
      signInId: signIns.offered.replace(/^./, '0'),
      connectionId,
      purpose: 'prove-ownership',
      linkHash: bytes,
      restoreEpoch: 'one',
      createdBy: 'attack',
      expiresAt: later,
    }),
  findSignIn: (db, { signIns }) => findSignIn(db, signIns.exchanged),
  lastConfirmed: (db, { connectionId }) => lastConfirmed(db, connectionId, 'contractor'),
  newestSignIn: (db, { connectionId }) => newestSignIn(db, connectionId, 'prove-ownership'),
  openSession: (db, { signIns }) => openSession(db, signIns.offered, bytes),
  startSignIn: (db, { signIns, sessionHash }) =>
    startSignIn(db, { signInId: signIns.started, sessionHash: sessionHash.started, stateHash: bytes, stateExpiresAt: later }),
  returnSignIn: (db, { signIns, sessionHash, stateHash }) =>
    returnSignIn(db, { signInId: signIns.started, sessionHash: sessionHash.started, stateHash, sealedCode: bytes }),
  refuseConfirmed: (db, { signIns }) => refuseConfirmed(db, signIns.confirmed, 'attack'),
  confirmSignIn: (db, { signIns, sessionHash }) => confirmSignIn(db, signIns.exchanged, sessionHash.exchanged),
  refuseSignIn: (db, { signIns }) => refuseSignIn(db, signIns.exchanged, 'attack'),
  withdrawSignIn: (db, { signIns, sessionHash }) =>
    withdrawSignIn(db, { signInId: signIns.exchanged, sessionHash: sessionHash.exchanged, refusal: 'attack' }),
  voidSignIns: (db, { connectionId }) => voidSignIns(db, connectionId, 'attack'),
  storeWho: (db, { signIns }) => storeWho(db, signIns.nameless, somebody),
  storeSeen: (db, { signIns, mark }) => storeSeen(db, signIns.exchanged, mark, seen),

  claimCode: (db, { signIns }) => claimCode(db, signIns.returned, 60_000),
  giveCodeBack: (db, { signIns }) => giveCodeBack(db, signIns.spent, bytes),
  storeToken: (db, { signIns }) => storeToken(db, { signInId: signIns.spent, sealedToken: bytes, pendingMs: 60_000 }),
  storeIdentity: (db, { signIns, sealed }) => storeIdentity(db, { signInId: signIns.unknown, sealed }, somebody),
  usableToken: (db, { signIns }) => usableToken(db, signIns.exchanged),
  wipeToken: (db, { signIns, sealed }) => wipeToken(db, signIns.exchanged, sealed),
  tokensToRevoke: (db) => tokensToRevoke(db, 100),
  lapseSignIns: (db) => lapseSignIns(db),
} satisfies Attacks;
