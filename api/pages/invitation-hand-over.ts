import type { Response } from 'express';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { ofInvitation } from '../../shared/store/people/invitations.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import type { InvitationVisit } from './invitation-visits.ts';
import { signInByLink } from './mailed-links.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';

/** What an invited person signs in for: to prove that the company agrees, or to authorize us to act in their own name. */
const purposeOf = (partner: PartnerName) =>
  declarations[partner].principal === 'people'
    ? ({ purpose: 'authorize-person', subject: contractorSubject } as const)
    : ({ purpose: 'prove-ownership' } as const);

/**
 * What happens when an invited person presses "Continue with Procore"; the invitation is marked as opened by then, and stays
 * valid. Opens one sign-in for the invitation and redirects to Procore; or, if it needs a company that nobody has named yet, to
 * the page that says so. The invitation is accepted in the transaction that binds an identity: a company by the sign-in bound to
 * it here (`acceptInvitation`), a project by whoever connects it (`endInvitations`).
 */
export async function handOver(
  dependencies: ApiDependencies,
  { tenantId, partner, invitation }: InvitationVisit,
  response: Response,
): Promise<void> {
  const { invitationId, connectionId } = invitation;
  const signIn = await signInByLink(dependencies, {
    kind: ofInvitation,
    linkId: invitationId,
    link: invitation,
    tenantId,
    connectionId,
    ...purposeOf(partner),
    createdBy: `invitation:${invitationId}`,
  });
  if (signIn === undefined) throw new PageRefusal(404, refusals.deadInvitation);
  const { token, visit } = signIn;
  if (visit.companyId === null && visit.signIn.purpose === 'prove-ownership') return response.redirect(303, `/connect/${token}`);
  return startOAuth(dependencies, visit, response);
}
