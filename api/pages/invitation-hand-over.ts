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

/** What an invited person signs in for: to show that the company agrees, or to be acted for in their own name. */
const purposeOf = (partner: PartnerName) =>
  declarations[partner].principal === 'people'
    ? ({ purpose: 'authorize-person', subject: contractorSubject } as const)
    : ({ purpose: 'prove-ownership' } as const);

/**
 * What happens when an invited person presses "Continue with Procore": the invitation counts as opened by then, and stays good. To one
 * sign-in for the invitation, and straight on to Procore; where it takes a company that nobody has named yet, to the page that says so. The
 * invitation is accepted where an identity is bound, in that unit of work: a company by the sign-in that was bound to it here
 * (`acceptInvitation`), a project by whoever connects it (`endInvitations`).
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
