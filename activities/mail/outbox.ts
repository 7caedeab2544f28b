import type { SendOutcome } from '../../shared/domain/mail.ts';
import type { Command } from '../../shared/store/commands.ts';
import { type ClaimedMail, claimMail, requeueMail, settleMail } from '../../shared/store/mail.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { MailActivities, MailReport } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { deliver } from '../upkeep/commands.ts';
import type { Written } from './access.ts';
import { settleInvitationMail, writeInvitationMail } from './invitation-mail.ts';
import { settleRequestMail, writeRequestMail } from './request-mail.ts';

/** An attempt takes several protocol steps, each at most as long as a request. */
const stepsOfAnAttempt = 6;

/** Upkeep sends what is left after this time. */
const mostPerCallMs = 120_000;

/** A step waits meanwhile: upkeep sends what is left after this time. */
const besideAStepMs = 5_000;

type Count = { -readonly [Name in keyof MailReport]: MailReport[Name] };

export const createMailActivities = (deps: ActivityDependencies): MailActivities => ({
  async sendMail({ tenantId }) {
    const until = Date.now() + mostPerCallMs;
    const looks: Command[] = [];
    const report = await drainMail(deps, tenantId, () => Date.now() < until, looks);
    for (const look of looks) await deliver(deps, tenantId, look);
    return report;
  },
});

/** Sends what a step has just queued, as far as time allows. */
export async function sendQueued(deps: ActivityDependencies, tenantId: string): Promise<void> {
  const until = Date.now() + besideAStepMs;
  await drainMail(deps, tenantId, () => Date.now() < until);
}

/**
 * Sends a tenant's due mails one after the other until none is due, `hasTime` returns false, or the server is away: then the rest
 * waits. `looks`: gets the requests for a look that follow from the results; upkeep delivers those that the caller does not.
 */
export async function drainMail(
  deps: ActivityDependencies,
  tenantId: string,
  hasTime: () => boolean = () => true,
  looks: Command[] = [],
): Promise<MailReport> {
  const count: Count = { sent: 0, bounced: 0, held: 0, later: 0, away: false };
  const leaseMs = stepsOfAnAttempt * deps.timings.httpDeadlineMs;
  while (hasTime() && !count.away) {
    deps.surroundings().signal.throwIfAborted();
    const mail = await withTenant(deps.pool, tenantId, (db) => claimMail(db, leaseMs));
    if (mail === undefined) break;
    looks.push(...(await sendOne(deps, tenantId, mail, count)));
    deps.surroundings().heartbeat({ sent: count.sent });
  }
  return count;
}

/** Returns the requests for a look that follow from the mail's result. */
async function sendOne(
  deps: ActivityDependencies,
  tenantId: string,
  mail: ClaimedMail,
  count: Count,
): Promise<readonly Command[]> {
  const written = await withTenant(deps.pool, tenantId, (db) => write(deps, db, tenantId, mail));
  if ('held' in written) {
    await withTenant(deps.pool, tenantId, (db) => settleMail(db, mail, 'held', written.held));
    count.held += 1;
    return [];
  }
  if ('waits' in written) {
    await withTenant(deps.pool, tenantId, (db) => requeueMail(db, mail, pauseMs(deps, mail.attempts), written.waits));
    count.later += 1;
    return [];
  }
  const messageId = deps.mail.mailer.messageIdOf(tenantId, mail.businessKey);
  const outcome = await deps.mail.mailer.send({ ...written, messageId });
  const { mailId, kind } = mail;
  if (outcome.kind === 'sent' || outcome.kind === 'bounced') {
    const asked = await withTenant(deps.pool, tenantId, (db) => settle(deps, db, tenantId, mail, outcome));
    count[outcome.kind] += 1;
    deps.log.info({ tenantId, mailId, mail: kind, end: outcome.kind }, 'a mail came to its end');
    return asked;
  }
  await withTenant(deps.pool, tenantId, (db) => requeueMail(db, mail, pauseMs(deps, mail.attempts), outcome.words));
  count.later += 1;
  count.away = outcome.kind === 'away';
  deps.log.warn({ tenantId, mailId, mail: kind, attempts: mail.attempts }, 'a mail could not be sent yet');
  return [];
}

const pauseMs = ({ timings }: ActivityDependencies, attempts: number): number =>
  Math.min(timings.mailFirstMs * 2 ** Math.min(attempts - 1, 20), timings.mailCeilingMs);

/** Settles the mail and what it is about in one transaction. */
async function settle(
  deps: ActivityDependencies,
  db: Db,
  tenantId: string,
  mail: ClaimedMail,
  outcome: SendOutcome & { kind: 'sent' | 'bounced' },
): Promise<readonly Command[]> {
  const words = outcome.kind === 'bounced' ? outcome.words : null;
  if (!(await settleMail(db, mail, outcome.kind, words))) return [];
  if (!('requestId' in mail)) return settleInvitationMail(db, deps, tenantId, mail, words);
  await settleRequestMail(db, mail, words);
  return [];
}

/** Recipient and text, from the current rows; or why it must not be sent any more. */
async function write(deps: ActivityDependencies, db: Db, tenantId: string, mail: ClaimedMail): Promise<Written> {
  if (mail.restoreEpoch !== deps.mail.restoreEpoch) return { held: 'It is from before the database was restored.' };
  return 'requestId' in mail ? writeRequestMail(deps, db, mail) : writeInvitationMail(deps, db, tenantId, mail);
}
