import {
  askSetUp,
  askTaskAgain,
  claimSetUp,
  doubtTask,
  listSetUp,
  lookTaskUpAgain,
  markSending,
  needsSignIn,
  releaseSetUp,
  settleTask,
} from '../../../shared/store/connections/set-ups.ts';
import { keepToken } from '../../../shared/store/grants/sign-in-tokens.ts';
import type { Attacks } from './attack.ts';
import type { Ids } from './world.ts';

/** The claim that the owner's own worker holds. */
const claimOf = ({ connectionId, setUpAttemptId: attemptId }: Ids) => ({ connectionId, attemptId });

/** What an admin had set up in their name, by ids and by the very claim of the worker that does it. */
export const onSetUps = {
  listSetUp: (db, { connectionId }) => listSetUp(db, connectionId),
  needsSignIn: (db, { signIns }) => needsSignIn(db, signIns.confirmed),
  askSetUp: (db, { tenantId, connectionId, signIns }) =>
    askSetUp(db, { tenantId, connectionId, signInId: signIns.confirmed, tasks: ['projects'], askedBy: 'attack' }),
  claimSetUp: async (db, ids) => {
    await releaseSetUp(db, claimOf(ids));
    return claimSetUp(db, claimOf(ids), 60_000);
  },
  releaseSetUp: (db, ids) => releaseSetUp(db, claimOf(ids)),
  markSending: (db, ids) => markSending(db, claimOf(ids), 'projects', 60_000),
  settleTask: (db, ids) => settleTask(db, claimOf(ids), 'company-template', { state: 'done', words: { seen: 'attack' } }),
  doubtTask: (db, ids) => doubtTask(db, claimOf(ids), 'company-template', 60_000),
  lookTaskUpAgain: (db, ids) => lookTaskUpAgain(db, claimOf(ids), 'project-template', 60_000),
  askTaskAgain: (db, ids) => askTaskAgain(db, claimOf(ids), 'project-template'),
  keepToken: (db, { signIns }) => keepToken(db, signIns.confirmed, 60_000),
} satisfies Attacks;
