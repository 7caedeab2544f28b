import { Fault } from '../../../domain/faults.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { type Check, met } from '../../contract.ts';
import { stuck } from '../../words.ts';
import { kindOf } from '../credential-kinds/index.ts';

/**
 * One call proves credential, company and app (facts/steps-and-calls.md section 1): the token is accepted, and the company
 * returns the credential's own directory record. Procore hides a company that may not be seen behind a 404.
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
          seen: `Procore accepts the client id and secret, but shows them no company with the id ${company?.companyId}.`,
          ...kind.wrongCompany,
        });
      case 'credential-rejected':
        return stuck('credential-rejected', 'admin', {
          seen: 'Procore does not accept this client id and secret.',
          ...kind.wrongSecret,
        });
      case 'app-not-connected':
        return stuck('app-not-connected', 'admin', {
          seen: `Procore says that the app is not connected to the company ${company?.companyId}.`,
          ...kind.notConnected,
        });
      default:
        throw error;
    }
  }
};
