import { openInvitationStates } from '../../shared/domain/invitations.ts';
import { type MailKind, mailRecipients, type SendOutcome } from '../../shared/domain/mail.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import { partnerTitles } from '../../shared/domain/partners.ts';
import { type RenderedLetter, renderLetter } from '../../shared/mail/letter.ts';
import { letterOf } from '../../shared/mail/letters.ts';
import type { Mailer } from '../../shared/mail/transport.ts';
import type { SupportContact } from '../../shared/partners/contract.ts';
import { declarations } from '../../shared/partners/registry.ts';
import type { InvitationLinks } from '../../shared/security/invitation-links.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { findConnection } from '../../shared/store/connections.ts';
import { markBounced, markSent } from '../../shared/store/invitation-times.ts';
import { findInvitation, type Invitation } from '../../shared/store/invitations.ts';
import { type ClaimedMail, claimMail, requeueMail, settleMail } from '../../shared/store/mail.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { MailActivities, MailReport } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What mails are written and sent with. */
export interface MailAccess {
  readonly mailer: Mailer;
  readonly links: InvitationLinks;
  /** Origin that links begin with. */
  readonly pagesUrl: string;
  readonly supportOf: (partner: PartnerName) => SupportContact;
  /** Mails of another epoch are from before a restore: they are held. */
  readonly restoreEpoch: string;
}

/** An attempt takes several steps of the protocol, each as long as a request at most. */
const stepsOfAnAttempt = 6;

/** What is left then is upkeep's. */
const mostPerCallMs = 120_000;

type Count = { -readonly [Name in keyof MailReport]: MailReport[Name] };

export const createMailActivities = (deps: ActivityDependencies): MailActivities => ({
  sendMail: ({ tenantId }) => {
    const until = Date.now() + mostPerCallMs;
    return drainMail(deps, tenantId, () => Date.now() < until);
  },
});

/**
 * Sends what waits in a tenant's outbox, one after the other, until nothing is due, `hasTime` says no, or the server is away: then the
 * rest waits with it.
 */
export async function drainMail(
  deps: ActivityDependencies,
  tenantId: string,
  hasTime: () => boolean = () => true,
): Promise<MailReport> {
  const count: Count = { sent: 0, bounced: 0, held: 0, later: 0, away: false };
  const leaseMs = stepsOfAnAttempt * deps.timings.httpDeadlineMs;
  while (hasTime() && !count.away) {
    deps.surroundings().signal.throwIfAborted();
    const mail = await withTenant(deps.pool, tenantId, (db) => claimMail(db, leaseMs));
    if (mail === undefined) break;
    await sendOne(deps, tenantId, mail, count);
    deps.surroundings().heartbeat({ sent: count.sent });
  }
  return count;
}

async function sendOne(deps: ActivityDependencies, tenantId: string, mail: ClaimedMail, count: Count): Promise<void> {
  const written = await withTenant(deps.pool, tenantId, (db) => write(deps, db, tenantId, mail));
  if ('held' in written) {
    await withTenant(deps.pool, tenantId, (db) => settleMail(db, mail, 'held', written.held));
    count.held += 1;
    return;
  }
  const messageId = deps.mail.mailer.messageIdOf(tenantId, mail.businessKey);
  const outcome = await deps.mail.mailer.send({ ...written, messageId });
  const { mailId, kind } = mail;
  if (outcome.kind === 'sent' || outcome.kind === 'bounced') {
    await withTenant(deps.pool, tenantId, (db) => settle(db, mail, outcome));
    count[outcome.kind] += 1;
    deps.log.info({ tenantId, mailId, mail: kind, end: outcome.kind }, 'a mail came to its end');
    return;
  }
  await withTenant(deps.pool, tenantId, (db) => requeueMail(db, mail, pauseMs(deps, mail.attempts), outcome.words));
  count.later += 1;
  count.away = outcome.kind === 'away';
  deps.log.warn({ tenantId, mailId, mail: kind, attempts: mail.attempts }, 'a mail could not be sent yet');
}

const pauseMs = ({ timings }: ActivityDependencies, attempts: number): number =>
  Math.min(timings.mailFirstMs * 2 ** Math.min(attempts - 1, 20), timings.mailCeilingMs);

/** The mail and what it is about come to their ends together. */
async function settle(db: Db, mail: ClaimedMail, outcome: SendOutcome & { kind: 'sent' | 'bounced' }): Promise<void> {
  const words = outcome.kind === 'bounced' ? outcome.words : null;
  if (!(await settleMail(db, mail, outcome.kind, words))) return;
  if (mailRecipients[mail.kind] !== 'invited') return;
  if (words !== null) await markBounced(db, mail.invitationId, mail.generation, words);
  else await markSent(db, mail.invitationId, mail.generation);
}

type Written = (RenderedLetter & { readonly to: string }) | { readonly held: string };

/** To whom and in which words, from the rows as they are now; or why it is not to be sent any more. */
async function write(deps: ActivityDependencies, db: Db, tenantId: string, mail: ClaimedMail): Promise<Written> {
  if (mail.restoreEpoch !== deps.mail.restoreEpoch) return { held: 'It is from before the database was restored.' };
  const invitation = await findInvitation(db, mail.invitationId);
  const connection = invitation && (await findConnection(db, invitation.connectionId));
  const words = connection && declarations[connection.partner].invitation;
  if (invitation === undefined || connection === undefined || words === undefined) return { held: 'What it is about is gone.' };
  const toInvited = mailRecipients[mail.kind] === 'invited';
  const gone = toInvited ? endedFor(invitation, mail) : undefined;
  if (gone !== undefined) return { held: gone };
  const token = deps.mail.links.tokenWith(invitation.invitationId, invitation.generation, invitation.linkHash);
  if (toInvited && token === undefined) return { held: 'The key of its link is gone: send the invitation again.' };
  const letter = letterOf(mail.kind, {
    ...invitation,
    partnerTitle: partnerTitles[connection.partner],
    purpose: words.purpose,
    passedOn: invitation.passedOnFrom !== null,
    url: token === undefined ? deps.mail.pagesUrl : `${deps.mail.pagesUrl}/invitation/${revealSecret(token)}`,
    support: deps.mail.supportOf(connection.partner),
  });
  return { ...renderLetter(letter), to: await addressOf(deps, db, tenantId, invitation, mail.kind) };
}

function endedFor(invitation: Invitation, mail: ClaimedMail): string | undefined {
  if (invitation.generation !== mail.generation) return 'The invitation was sent again since.';
  if (mail.kind === 'reminder' && invitation.remindersStopped) return 'The person wants no more reminders.';
  const isOpen = openInvitationStates.some((state) => state === invitation.state) && invitation.expiresAt.getTime() > Date.now();
  return isOpen ? undefined : 'The invitation has ended.';
}

async function addressOf(
  { vault }: ActivityDependencies,
  db: Db,
  tenantId: string,
  { invitationId, rootId, sealedInvited, sealedInviter }: Invitation,
  kind: MailKind,
): Promise<string> {
  const secret =
    mailRecipients[kind] === 'invited'
      ? await vault.unsealSecret(db, places.invitedAddress(tenantId, invitationId), sealedInvited)
      : await vault.unsealSecret(db, places.inviterAddress(tenantId, rootId), sealedInviter);
  return revealSecret(secret);
}
