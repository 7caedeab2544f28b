import { invitationMachine, mostPassedOn } from '../../shared/domain/invitations.ts';
import { shownAddress } from '../../shared/domain/mail.ts';
import { type PartnerName, partnerTitles } from '../../shared/domain/partners.ts';
import type { InvitationWords } from '../../shared/partners/contract.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { resolveToken } from '../../shared/store/doors.ts';
import { lastConfirmed } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject } from '../../shared/store/people/authorizations.ts';
import { findInvitation, type Invitation, lengthOfChain } from '../../shared/store/people/invitations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Help } from './layout.tsx';
import { isGood } from './mailed-links.ts';
import { bearerForm, helpOf } from './visits.ts';

/** What a person who came by an invitation's link is shown. */
export interface InvitationVisit {
  readonly tenantId: string;
  readonly partner: PartnerName;
  readonly partnerTitle: string;
  readonly words: InvitationWords;
  readonly help: Help;
  readonly invitation: Invitation;
  readonly mayPassOn: boolean;
  /** The shown part of the login of a person who has already confirmed a sign-in for the invited one; null if nobody has. */
  readonly signedIn: string | null;
}

/**
 * Finds the invitation of the link in a mail. Undefined if there is none, it is void, ended, expired, or from before a restore.
 */
export async function findInvitationVisit(dependencies: ApiDependencies, token: string): Promise<InvitationVisit | undefined> {
  if (!bearerForm.test(token)) return undefined;
  const found = await resolveToken(dependencies.pool, 'resolve_invitation_link', hashToken(token));
  if (found === undefined) return undefined;
  const { tenantId } = found;
  return withTenant(dependencies.pool, tenantId, async (db) => {
    const invitation = await findInvitation(db, found.rowId);
    const connection = invitation && (await findConnection(db, invitation.connectionId));
    if (invitation === undefined || connection === undefined || !isGood(invitationMachine, invitation, dependencies))
      return undefined;
    const { partner, stage } = connection;
    const words = declarations[partner].invitation;
    if (words === undefined || stage === 'disconnected' || stage === 'expired') return undefined;
    const login = (await lastConfirmed(db, invitation.connectionId, contractorSubject))?.procoreLogin;
    return {
      tenantId,
      partner,
      partnerTitle: partnerTitles[partner],
      words,
      help: helpOf(dependencies, partner),
      invitation,
      mayPassOn: invitation.state !== 'passed-on' && (await lengthOfChain(db, invitation.rootId)) <= mostPassedOn,
      signedIn: login === null || login === undefined ? null : shownAddress(login),
    };
  });
}

/** The contact of the partner that a link was about, whatever became of it; undefined if nothing is known of the link. */
export async function helpOfInvitation(dependencies: ApiDependencies, token: string): Promise<Help | undefined> {
  if (!bearerForm.test(token)) return undefined;
  const found = await resolveToken(dependencies.pool, 'resolve_invitation_link', hashToken(token));
  if (found === undefined) return undefined;
  return withTenant(dependencies.pool, found.tenantId, async (db) => {
    const invitation = await findInvitation(db, found.rowId);
    const connection = invitation && (await findConnection(db, invitation.connectionId));
    return connection && helpOf(dependencies, connection.partner);
  });
}
