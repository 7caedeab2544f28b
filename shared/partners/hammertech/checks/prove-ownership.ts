import { personActor } from '../../../domain/actors.ts';
import { listProjects } from '../../../procore/operations/projects.ts';
import { type Check, type CheckContext, type CheckResult, type Keep, met } from '../../contract.ts';
import type { SeenAtSignIn } from '../../sign-in.ts';
import { stuck, waiting } from '../../words.ts';
import { lookAsPerson, notSignedIn, whoIsSignedIn } from './person.ts';

/**
 * Binds the company: it must be in the signed-in person's own list, their level on its Directory must be Admin, and they must
 * confirm a page that names tenant, partner and company. Until all three hold nothing is bound; while the sign-in is pending it
 * is checked again, so a person who is made admin meanwhile need not come back. Once bound it stays bound; a further sign-in of
 * an admin only renews the list of projects.
 */
export const proveOwnership: Check = async (context) => {
  const { signIn, connection } = context;
  const companyId = connection.company?.companyId ?? '';
  if (connection.company?.standing === 'bound') {
    return met({ companyId, companyName: connection.companyName }, await comparedAgain(context, companyId));
  }
  if (signIn?.state === 'confirmed' && signIn.seen?.admin && signIn.procoreUserId !== null) {
    const companyName = signIn.seen.companyName ?? '';
    const evidence = {
      companyId,
      companyName,
      confirmedBy: personActor(signIn.procoreUserId),
      directoryLevel: signIn.seen.directoryLevel,
    };
    // a person may confirm before the list was taken; it is read while their token still works
    const list = context.adminProjects === null ? { adminProjects: await listProjects(await context.person(), 'all') } : {};
    return met(evidence, { ...list, binding: { companyId, companyName, procoreUserId: signIn.procoreUserId } });
  }
  const missing = notSignedIn(signIn);
  if (missing) return missing;
  const knownAdmin = signIn?.seen?.admin === true;
  const seen = knownAdmin && signIn?.seen ? signIn.seen : await lookAsPerson(context);
  if (!seen.admin) return refused(context, seen);
  const signedInAs = signIn?.procoreUserId === null ? await whoIsSignedIn(context) : undefined;
  const listIsNew = !knownAdmin || context.adminProjects === null;
  const adminProjects = listIsNew ? await listProjects(await context.person(), 'all') : undefined;
  return waiting(
    'admin',
    {
      seen: `${person} is an admin of ${seen.companyName}.`,
      needed: `They confirm that ${connection.tenantName} may connect HammerTech to ${seen.companyName}.`,
      where: 'On the page that opened after the sign-in: Yes, connect.',
    },
    { seenAtSignIn: seen, ...(signedInAs ? { signedInAs } : {}), ...(adminProjects ? { adminProjects } : {}) },
  );
};

/**
 * For an admin who signs in to a bound company and confirms their identity: their list is the reference from then on, and the
 * sign-in ends.
 */
async function comparedAgain(context: CheckContext, companyId: string): Promise<Keep> {
  const { signIn, connection } = context;
  if (!signIn?.usable) return {};
  if (signIn.state === 'exchanged' && !signIn.seen?.admin) {
    const signedInAs = signIn.procoreUserId === null ? { signedInAs: await whoIsSignedIn(context) } : {};
    return { seenAtSignIn: await lookAsPerson(context), ...signedInAs };
  }
  if (signIn.state !== 'confirmed' || !signIn.seen?.admin || signIn.procoreUserId === null) return {};
  return {
    adminProjects: await listProjects(await context.person(), 'all'),
    binding: { companyId, companyName: connection.companyName ?? '', procoreUserId: signIn.procoreUserId },
  };
}

/** Outcomes pass through Temporal, so they name nobody; the page that shows them knows who is signed in. */
const person = 'The person who signed in';

function refused(context: CheckContext, seen: SeenAtSignIn): CheckResult {
  const companyId = context.connection.company?.companyId ?? '';
  const words =
    seen.companyName === null
      ? {
          seen: `Procore does not list the company ${companyId} among the companies of the account that signed in.`,
          needed: 'An account that belongs to the company, with the level Admin on its Directory.',
          where:
            'On this page: Use another account. Or an admin of that company adds this one: Company Tools → Directory → Users → Add.',
        }
      : {
          seen: `${person} is not an admin of ${seen.companyName}: their level on its Directory is ${seen.directoryLevel ?? 'unknown'}.`,
          needed: 'Their level on the company Directory is Admin.',
          where: `In Procore: Company Tools → Directory → the person → Company Permissions; or sign in as somebody who is Admin.`,
        };
  return stuck('not-company-admin', 'admin', words, { seenAtSignIn: seen });
}
