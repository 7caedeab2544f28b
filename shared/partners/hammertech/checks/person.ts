import { unlessRefused } from '../../../procore/diagnosis.ts';
import { listCompanies } from '../../../procore/operations/companies.ts';
import { getMe } from '../../../procore/operations/identity.ts';
import { atLeast, getOwnPermissions, levelOn } from '../../../procore/operations/permissions.ts';
import type { CheckContext, CheckResult, Keep } from '../../contract.ts';
import type { SeenAtSignIn, SignInFacts } from '../../sign-in.ts';
import { waiting } from '../../words.ts';

/**
 * What the signed-in person's own token shows of the claimed company: whether it is in their list, and their level on its
 * Directory. Two calls, the first of which also proves that our app is connected there.
 */
export async function lookAsPerson(context: CheckContext): Promise<SeenAtSignIn> {
  const client = await context.person();
  const { companyId } = client.company;
  const level = await directoryLevel(client);
  const company = (await listCompanies(client)).find(({ id }) => id === companyId);
  const admin = company !== undefined && level !== null && atLeast(level, 'Admin');
  return { companyId, companyName: company?.name ?? null, directoryLevel: level, admin };
}

/** Who the signed-in person is; a company shows that only to its own people. */
export async function whoIsSignedIn(context: CheckContext): Promise<NonNullable<Keep['signedInAs']>> {
  const me = await getMe(await context.person());
  return { id: me.id, name: me.name ?? me.login ?? 'The person who signed in', login: me.login ?? '' };
}

/** Procore answers the same for a company this person is not in and for one that does not exist: null. */
async function directoryLevel(client: Awaited<ReturnType<CheckContext['person']>>) {
  const tools = await unlessRefused(getOwnPermissions(client, 'company'));
  return tools ? levelOn(tools, 'Directory') : null;
}

const signInWhere = 'On this page: Sign in with Procore.';

/** Why the person's token cannot be used (yet); undefined if it can. */
export function notSignedIn(signIn: SignInFacts | null): CheckResult | undefined {
  if (signIn?.state === 'exchanged' && signIn.usable) return undefined;
  if (signIn?.state === 'returned') {
    return waiting('procore', {
      seen: 'Somebody came back from Procore; their sign-in is being completed.',
      needed: 'A moment.',
      where: 'Nothing to do.',
    });
  }
  const refusal = signIn?.refusal;
  return waiting('admin', {
    seen:
      refusal ?? (signIn?.state === 'started' ? 'Somebody went to Procore to sign in.' : 'Nobody has signed in to Procore yet.'),
    needed: 'A person whose level on the company Directory is Admin signs in once. The sign-in is not kept.',
    where: signInWhere,
  });
}
