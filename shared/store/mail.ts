import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type InvitationMailKind, invitationMailKinds, type RequestMailKind, requestMailKinds } from '../domain/mail.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/**
 * The outbox: a mail is a row first, then sent, at least once. A mail cannot be looked up at who received it, so an attempt whose end is
 * unknown is made again, under the same Message-ID.
 *
 * queued → sending (claimed: an attempt and a lease by the database's clock) → sent | bounced (refused for good) | held (from before a
 * restore, or its cause has gone). An attempt that came to nothing, or whose lease ran out, is queued again, for as long as it takes.
 */
const now = sql<Date>`clock_timestamp()`;

/** What a mail is about, and which of its mails it is; of an older generation it is not sent any more. */
type About =
  | { readonly kind: InvitationMailKind; readonly invitationId: string; readonly generation: number }
  | { readonly kind: RequestMailKind; readonly requestId: string; readonly generation: number };

export type NewMail = About & {
  readonly tenantId: string;
  /** One mail per cause: another with the same key is not queued. */
  readonly businessKey: string;
  readonly restoreEpoch: string;
};

/** Queues a mail and answers its id; where its cause has one already, that one's. */
export async function queueMail(db: Db, given: NewMail): Promise<string> {
  const row = await db
    .insertInto('mail')
    .values({
      tenant_id: given.tenantId,
      mail_id: randomUUID(),
      business_key: given.businessKey,
      kind: given.kind,
      invitation_id: 'invitationId' in given ? given.invitationId : null,
      request_id: 'requestId' in given ? given.requestId : null,
      generation: given.generation,
      restore_epoch: given.restoreEpoch,
    })
    // answers the row that is there already
    .onConflict((conflict) => conflict.columns(['tenant_id', 'business_key']).doUpdateSet({ business_key: given.businessKey }))
    .returning('mail_id')
    .executeTakeFirstOrThrow();
  return row.mail_id;
}

/** A mail in the hands of one attempt. */
export type ClaimedMail = About & {
  readonly mailId: string;
  readonly attemptId: string;
  readonly businessKey: string;
  /** This one included. */
  readonly attempts: number;
  readonly restoreEpoch: string;
};
export type InvitationMail = Extract<ClaimedMail, { readonly invitationId: string }>;
export type RequestMail = Extract<ClaimedMail, { readonly requestId: string }>;

/** Takes the mail that has waited longest, for one attempt. The lease must outlive whatever the attempt may take. */
export async function claimMail(db: Db, leaseMs: number): Promise<ClaimedMail | undefined> {
  const { rows } = await sql<{
    mail_id: string;
    attempt_id: string;
    business_key: string;
    kind: string;
    invitation_id: string | null;
    request_id: string | null;
    generation: number;
    attempts: number;
    restore_epoch: string;
  }>`
    UPDATE mail SET state = 'sending', attempt_id = ${randomUUID()}, attempts = attempts + 1,
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    WHERE mail_id = (
      SELECT mail_id FROM mail
      WHERE (state = 'queued' AND next_try_at <= clock_timestamp()) OR (state = 'sending' AND lease_until < clock_timestamp())
      ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING mail_id, attempt_id, business_key, kind, invitation_id, request_id, generation, attempts, restore_epoch`.execute(
    db,
  );
  const [row] = rows;
  return (
    row && {
      mailId: row.mail_id,
      attemptId: row.attempt_id,
      businessKey: row.business_key,
      ...aboutOf(row),
      generation: row.generation,
      attempts: row.attempts,
      restoreEpoch: row.restore_epoch,
    }
  );
}

function aboutOf(row: { readonly kind: string; readonly invitation_id: string | null; readonly request_id: string | null }) {
  if (row.invitation_id !== null) return { kind: wordOf(invitationMailKinds, row.kind), invitationId: row.invitation_id };
  // the table holds that a mail is about one of them
  return { kind: wordOf(requestMailKinds, row.kind), requestId: row.request_id ?? '' };
}

type Attempt = Pick<ClaimedMail, 'mailId' | 'attemptId'>;

/** Stores how the attempt ended for good. False: another attempt has the mail by now. */
export async function settleMail(
  db: Db,
  { mailId, attemptId }: Attempt,
  state: 'sent' | 'bounced' | 'held',
  words: string | null,
): Promise<boolean> {
  const changed = await db
    .updateTable('mail')
    .set({ state, words, lease_until: null, settled_at: now })
    .where('mail_id', '=', mailId)
    .where('attempt_id', '=', attemptId)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Puts the mail back, to be tried again after a while. */
export async function requeueMail(db: Db, { mailId, attemptId }: Attempt, afterMs: number, words: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({
      state: 'queued',
      words,
      lease_until: null,
      next_try_at: sql<Date>`clock_timestamp() + ${afterMs} * interval '1 millisecond'`,
    })
    .where('mail_id', '=', mailId)
    .where('attempt_id', '=', attemptId)
    .where('state', '=', 'sending')
    .execute();
}

/** What was settled is kept for this long (docs/security.md). */
const mailDays = 90;

/** Deletes mails that came to an end long ago; answers how many. What still waits to be sent stays. */
export async function sweepMail(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('mail')
    .where('settled_at', '<', sql<Date>`clock_timestamp() - ${mailDays} * interval '1 day'`)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
