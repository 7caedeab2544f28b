import { Fault } from '../../../domain/faults.ts';
import { type Check, met } from '../../contract.ts';
import { lookAsPerson, notSignedIn } from './person.ts';
import { stuck } from './words.ts';

/**
 * Proven by the signed-in person's first call: it is refused in words where our app is not connected to the company. What else that
 * look shows is kept for `proveOwnership`, which needs no further call then.
 */
export const connectApp: Check = async (context) => {
  const { signIn } = context;
  // A confirmed sign-in was usable in this company, or it could not have been confirmed.
  if (signIn?.state === 'confirmed') return met({ provenBy: signIn.procoreUserName });
  const missing = notSignedIn(signIn);
  if (missing) return missing;
  try {
    const seenAtSignIn = await lookAsPerson(context);
    return met({ provenBy: signIn?.procoreUserName ?? null }, { seenAtSignIn });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'app-not-connected') throw error;
    return stuck('app-not-connected', 'admin', {
      seen: `Procore says that the app is not connected to the company ${context.connection.company?.companyId}.`,
      needed: 'The app is installed and connected in that company.',
      where: 'In Procore: Company Tools → Admin → App Management → install the app.',
    });
  }
};
