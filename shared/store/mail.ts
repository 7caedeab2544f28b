import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type InvitationMailKind, invitationMailKinds, type RequestMailKind, requestMailKinds } from '../domain/mail.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/**
 * The outbox: a mail is first a row, then sent, at least once. Whether a mail arrived cannot be looked up, so an attempt of
 * unknown outcome is repeated, under the same Message-ID.
 *
 * queued → sending (claimed: an attempt and a lease by the database's clock) → sent | bounced (refused for good) | held (from
 * before a restore, or its cause is gone). A failed attempt is queued again, and one whose lease expired is claimed again,
 * without a limit.
 */
const now = sql<Date>`clock_timestamp()`;

/** What a mail is about, and its generation; a mail of an older generation is not sent. */
type About =
  | { readonly kind: InvitationMailKind; readonly invitationId: string; readonly generation: number }
  | { readonly kind: RequestMailKind; readonly requestId: string; readonly generation: number };

export type NewMail = About & {
  readonly tenantId: string;
  /** One mail per cause: a second one with the same key is not queued. */
  readonly businessKey: string;
  readonly restoreEpoch: string;
};

/** Queues a mail and returns its id; if its cause has one already, that one's id. */
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
    // returns the existing row
    .onConflict((conflict) => conflict.columns(['tenant_id', 'business_key']).doUpdateSet({ business_key: given.businessKey }))
    .returning('mail_id')
    .executeTakeFirstOrThrow();
  return row.mail_id;
}

/** A mail claimed by one attempt. */
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

/** Claims the mail that has waited longest, for one attempt. The lease must be longer than any attempt takes. */
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
  // the table's constraint: a mail is about one of them
  return { kind: wordOf(requestMailKinds, row.kind), requestId: row.request_id ?? '' };
}

type Attempt = Pick<ClaimedMail, 'mailId' | 'attemptId'>;

/** Stores the final outcome of the attempt. False if another attempt has the mail by then. */
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

/** Queues the mail again, to be retried after `afterMs`. */
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

/** How long settled mails are kept (docs/security.md). */
const mailDays = 90;

/** Deletes mails that ended long ago; returns how many. Unsent ones stay. */
export async function sweepMail(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('mail')
    .where('settled_at', '<', sql<Date>`clock_timestamp() - ${mailDays} * interval '1 day'`)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
