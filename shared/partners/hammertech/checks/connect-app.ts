import { Fault } from '../../../domain/faults.ts';
import { type Check, type CheckResult, met } from '../../contract.ts';
import type { SeenAtSignIn } from '../../sign-in.ts';
import { stuck, waiting } from '../../words.ts';
import { lookAsPerson, notSignedIn } from './person.ts';

const proven = { provenBy: 'a call of the person who signed in' };

/**
 * Proven by the signed-in person's first call: Procore refuses it, naming the reason, if our app is not connected to the
 * company. Whatever else it shows is kept for `proveOwnership`, which then needs no further call.
 */
export const connectApp: Check = async (context) => {
  const { signIn } = context;
  // If the company's response is known, from whichever check, the app was not refused.
  if (signIn?.seen && signIn.seen.directoryLevel !== null) return met(proven);
  const missing = notSignedIn(signIn);
  if (missing) return missing;
  try {
    const seenAtSignIn = await lookAsPerson(context);
    return seenAtSignIn.directoryLevel === null ? unproven(seenAtSignIn) : met(proven, { seenAtSignIn });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'app-not-connected') throw error;
    return stuck('app-not-connected', 'admin', {
      seen: `Procore says that the app is not connected to the company ${context.connection.company?.companyId}.`,
      needed: 'The app is installed and connected in that company.',
      where: 'In Procore: Company Tools → Admin → App Management → install the app.',
    });
  }
};

/** For a person outside the company Procore answers the same, whether or not the app is connected there. */
const unproven = (seenAtSignIn: SeenAtSignIn): CheckResult =>
  waiting(
    'admin',
    {
      seen: `The person who signed in does not see the company ${seenAtSignIn.companyId}.`,
      needed: 'Somebody who belongs to the company signs in: their first call tells whether the app is connected.',
      where: 'On this page: Sign in with Procore → use another account.',
    },
    { seenAtSignIn },
  );
