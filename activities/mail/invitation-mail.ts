import { invitationMachine } from '../../shared/domain/invitations.ts';
import { type InvitationMailKind, mailRecipients } from '../../shared/domain/mail.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import { renderLetter } from '../../shared/mail/letter.ts';
import { letterOf } from '../../shared/mail/letters.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import type { Command } from '../../shared/store/commands.ts';
import { type Connection, findConnection, hasEnded } from '../../shared/store/connections/connections.ts';
import { findGrant } from '../../shared/store/grants/grants.ts';
import type { InvitationMail } from '../../shared/store/mail.ts';
import { findInvitation, type Invitation, ofInvitation } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Written } from './access.ts';
import { askForLooksAt, bounceIsOver, tellOfBounce } from './invitation-results.ts';
import { endedFor, settleLink } from './link-mail.ts';

/**
 * Applies the mail's result to the invitation that it carried. `words`: the server's, if it refused the address; null if it was
 * sent. Returns the requests for a look at the steps that follow it, to be delivered to their run.
 */
export async function settleInvitationMail(
  db: Db,
  { plans }: Pick<ActivityDependencies, 'plans'>,
  tenantId: string,
  mail: InvitationMail,
  words: string | null,
): Promise<readonly Command[]> {
  if (mailRecipients[mail.kind] !== 'invited') return [];
  if (!(await settleLink(db, ofInvitation, { linkId: mail.invitationId, generation: mail.generation }, words))) return [];
  if (words !== null) await tellOfBounce(db, tenantId, mail);
  return askForLooksAt(db, plans, tenantId, mail.invitationId);
}

/** Recipient and text of a mail about an invitation. */
export async function writeInvitationMail(
  deps: ActivityDependencies,
  db: Db,
  tenantId: string,
  mail: InvitationMail,
): Promise<Written> {
  const invitation = await findInvitation(db, mail.invitationId);
  const connection = invitation && (await findConnection(db, invitation.connectionId));
  const words = connection && declarations[connection.partner].invitation;
  if (invitation === undefined || connection === undefined || words === undefined) return { held: 'What it is about is gone.' };
  const toInvited = mailRecipients[mail.kind] === 'invited';
  const held = toInvited ? goneFor(invitation, mail) : await overForInviter(db, connection, invitation, mail);
  if (held !== undefined) return { held };
  const token = deps.mail.links.tokenWith(invitation.invitationId, invitation.generation, invitation.linkHash);
  if (toInvited && token === undefined) return { held: 'The key of its link is gone: send the invitation again.' };
  const letter = letterOf(mail.kind, {
    ...invitation,
    partnerTitle: partnerTitles[connection.partner],
    purpose: words.purpose,
    inviteAgain: declarations[connection.partner].ownerWords?.inviteAgain ?? '',
    passedOn: invitation.passedOnFrom !== null,
    url: token === undefined ? deps.mail.pagesUrl : `${deps.mail.pagesUrl}/invitation/${revealSecret(token)}`,
    support: deps.mail.supportOf(connection.partner),
  });
  return { ...renderLetter(letter), to: await addressOf(deps, db, tenantId, invitation, mail.kind) };
}

const goneFor = (invitation: Invitation, { generation, kind }: InvitationMail): string | undefined =>
  endedFor(
    invitationMachine,
    invitation,
    { generation, isReminder: kind === 'reminder' },
    { isOlder: 'The invitation was sent again since.', hasEnded: 'The invitation has ended.' },
  );

/** Why the inviter need not be told any more; undefined if they need. */
async function overForInviter(
  db: Db,
  connection: Connection,
  invitation: Invitation,
  mail: InvitationMail,
): Promise<string | undefined> {
  if (mail.kind === 'bounced') return bounceIsOver(invitation, mail);
  return mail.kind === 'taken-back' ? takenBackIsOver(db, connection) : undefined;
}

async function takenBackIsOver(db: Db, connection: Connection): Promise<string | undefined> {
  if (hasEnded(connection)) return 'The connection has ended.';
  const owner = connection.ownerGrantId === null ? undefined : await findGrant(db, connection.ownerGrantId);
  return owner?.state === 'revoked' ? undefined : 'The owner’s authorization stands again, or is another person’s.';
}

async function addressOf(
  { vault }: ActivityDependencies,
  db: Db,
  tenantId: string,
  { invitationId, rootId, sealedInvited, sealedInviter }: Invitation,
  kind: InvitationMailKind,
): Promise<string> {
  const secret =
    mailRecipients[kind] === 'invited'
      ? await vault.unsealSecret(db, places.invitedAddress(tenantId, invitationId), sealedInvited)
      : await vault.unsealSecret(db, places.inviterAddress(tenantId, rootId), sealedInviter);
  return revealSecret(secret);
}
