import { Fault } from '../../../domain/faults.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { type Check, met } from '../../contract.ts';
import { stuck } from './words.ts';

/**
 * One call proves credential, company and app (facts/steps-and-calls.md section 1): the token is taken, and the company answers with
 * the credential's own directory record. Procore hides a company that may not be seen behind a 404.
 */
export const verifyCredentials: Check = async (context) => {
  const { company } = context.connection;
  try {
    const me = await getCompanyMe(await context.service());
    const evidence = { syncUserId: me.id, syncUserName: me.name, companyId: company?.companyId ?? null };
    return met(evidence, { syncUser: { id: me.id, name: me.name } });
  } catch (error) {
    if (error instanceof Fault && error.kind === 'company-not-visible') {
      return stuck('company-not-visible', 'admin', {
        seen: `Procore accepts the client id and secret, but shows them no company with the id ${company?.companyId}.`,
        needed: 'The id of the company in which the service account was made.',
        where: 'In Procore, the number in the address of any company page: …/<company id>/company/…; submit it here.',
      });
    }
    if (error instanceof Fault && error.kind === 'credential-rejected') {
      return stuck('credential-rejected', 'admin', {
        seen: 'Procore does not accept this client id and secret.',
        needed: 'Both exactly as Procore shows them; where the secret is lost, a new one.',
        where:
          'In Procore: Company Tools → Admin → Service Accounts (for an app of your own: its credentials). Then submit both again.',
      });
    }
    throw error;
  }
};
