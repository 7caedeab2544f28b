import { Fault } from '../../../domain/faults.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { listCompanies } from '../../../procore/operations/companies.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { type Check, type CheckContext, type CheckResult, met } from '../../contract.ts';
import { kindOf } from '../credential-kinds/index.ts';
import { someOf, stuck } from './words.ts';

/**
 * One call proves credential, company and app (facts/steps-and-calls.md section 1): the token is taken, and the company answers with
 * the credential's own directory record. Procore hides a company that may not be seen behind a 404.
 */
export const verifyCredentials: Check = async (context) => {
  const { company } = context.connection;
  const kind = kindOf(context);
  try {
    const me = await getCompanyMe(await context.service());
    const evidence = {
      syncUserId: me.id,
      syncUserName: me.name,
      companyId: company?.companyId ?? null,
      kind: context.serviceKind,
      next: kind.proven,
    };
    return met(evidence, { syncUser: { id: me.id, name: me.name } });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    switch (error.kind) {
      case 'company-not-visible':
        return stuck('company-not-visible', 'admin', {
          seen: `Procore accepts the client id and secret, but shows them no company with the id ${company?.companyId}.${await installedElsewhere(context)}`,
          ...kind.wrongCompany,
        });
      case 'credential-rejected':
        return stuck('credential-rejected', 'admin', {
          seen: 'Procore does not accept this client id and secret.',
          ...kind.wrongSecret,
        });
      case 'app-not-connected':
        return notConnected(context);
      default:
        throw error;
    }
  }
};

async function notConnected(context: CheckContext): Promise<CheckResult> {
  return stuck('app-not-connected', 'admin', {
    seen: `Procore says that the app is not connected to the company ${context.connection.company?.companyId}.${await installedElsewhere(context)}`,
    ...kindOf(context).notConnected,
  });
}

/** Where an app's credential is refused: the companies that did install it, which tells a wrong id from a missing installation. */
async function installedElsewhere(context: CheckContext): Promise<string> {
  if (kindOf(context).rightsFrom !== 'manifest') return '';
  const companies = await installations(context);
  if (companies === undefined) return '';
  return companies.length === 0 ? ' It is installed in no company.' : ` It is installed in ${someOf(companies)}.`;
}

/** Undefined: Procore does not say. */
async function installations(context: CheckContext): Promise<readonly string[] | undefined> {
  try {
    const companies = await unlessRefused(listCompanies(await context.service()));
    return companies?.map(({ id, name }) => `${name} (${id})`);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'app-not-connected') return undefined;
    throw error;
  }
}
