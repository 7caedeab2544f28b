import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findSignIn, offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { bindSignIn } from '../../shared/store/people/invitations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import type { InvitationVisit } from './invitation-visits.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { findVisit } from './visits.ts';

/** What an invited person signs in for: to show that the company agrees, or to be acted for in their own name. */
const purposeOf = (partner: PartnerName) =>
  declarations[partner].principal === 'people'
    ? ({ purpose: 'authorize-person', subject: contractorSubject } as const)
    : ({ purpose: 'prove-ownership' } as const);

/**
 * What happens when an invited person presses "Continue with Procore": the invitation counts as opened by then, and stays good. To one
 * sign-in for the invitation, however often the button is pressed, and straight on to Procore; where it takes a company that nobody has named
 * yet, to the page that says so. Who comes back after their yes has a sign-in of its own, and what was said by the one before stands. The
 * invitation is accepted where an identity is bound, in that unit of work: a company by the sign-in that was bound to it here
 * (`acceptInvitation`), a project by whoever connects it (`endInvitations`).
 */
export async function handOver(
  dependencies: ApiDependencies,
  { tenantId, partner, invitation }: InvitationVisit,
  response: Response,
): Promise<void> {
  const { settings, linkToken, pool } = dependencies;
  const { invitationId, connectionId, expiresAt } = invitation;
  const signInId = await withTenant(pool, tenantId, async (db) => {
    const before = invitation.signInId === null ? undefined : await findSignIn(db, invitation.signInId);
    if (before !== undefined && before.state !== 'expired' && before.state !== 'confirmed') return before.signInId;
    const signIn = randomUUID();
    await offerSignIn(db, {
      tenantId,
      signInId: signIn,
      connectionId,
      ...purposeOf(partner),
      linkHash: hashToken(linkToken(signIn)),
      restoreEpoch: settings.restoreEpoch,
      createdBy: `invitation:${invitationId}`,
      expiresAt,
    });
    return bindSignIn(db, invitationId, { signInId: signIn, before: invitation.signInId });
  });
  if (signInId === undefined) throw new PageRefusal(404, refusals.deadInvitation);
  const token = linkToken(signInId);
  const visit = await findVisit(dependencies, 'resolve_sign_in_link', token);
  if (visit === undefined) throw new PageRefusal(409, refusals.tooLate);
  if (visit.companyId === null && visit.signIn.purpose === 'prove-ownership') return response.redirect(303, `/connect/${token}`);
  return startOAuth(dependencies, visit, response);
}
