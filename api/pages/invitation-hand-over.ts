import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { HandOverKind } from '../../shared/partners/contract.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { bindSignIn } from '../../shared/store/invitations.ts';
import { findSignIn, offerSignIn } from '../../shared/store/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import type { InvitationVisit } from './invitation-visits.ts';
import { startOAuth } from './oauth.ts';
import { refusals } from './refusal-page.tsx';
import { findVisit } from './visits.ts';

/**
 * What happens when an invited person presses "Continue with Procore": the invitation counts as opened by then, and stays good. It takes
 * over the answer. The invitation is accepted where the identity is bound, in that unit of work (`acceptInvitation`), by the sign-in that
 * was bound to it here (`bindSignIn`).
 */
export type HandOver = (dependencies: ApiDependencies, visit: InvitationVisit, response: Response) => Promise<void>;

/**
 * To the sign-in of a company's admin: one for the invitation, however often the button is pressed, and straight on to Procore; where
 * nobody has named the company yet, to the page that says so.
 */
const toOwnershipSignIn: HandOver = async (dependencies, { tenantId, invitation }, response) => {
  const { settings, linkToken, pool } = dependencies;
  const { invitationId, connectionId, expiresAt } = invitation;
  const signInId = await withTenant(pool, tenantId, async (db) => {
    const before = invitation.signInId === null ? undefined : await findSignIn(db, invitation.signInId);
    if (before !== undefined && before.state !== 'expired') return before.signInId;
    const signIn = randomUUID();
    await offerSignIn(db, {
      tenantId,
      signInId: signIn,
      connectionId,
      purpose: 'prove-ownership',
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
  if (visit.companyId === null) return response.redirect(303, `/connect/${token}`);
  return startOAuth(dependencies, visit, response);
};

/** How invited people go on, by what their partner declares. */
export const handOvers: Readonly<Record<HandOverKind, HandOver>> = { 'ownership-sign-in': toOwnershipSignIn };
