import { sql } from 'kysely';
import { openRequestStates, requestStatesBefore } from '../../domain/authorization-requests.ts';
import type { Db } from '../tenancy.ts';

/** What happens to requests by itself: their mails come to an end, they are reminded of, they expire. */
const now = sql<Date>`clock_timestamp()`;

/** The mail server took the mail of this generation. */
export async function markRequestSent(db: Db, requestId: string, generation: number): Promise<void> {
  await db
    .updateTable('authorization_request')
    .set({ sent_at: now, state: sql<string>`CASE WHEN state = 'created' THEN 'sent' ELSE state END` })
    .where('request_id', '=', requestId)
    .where('generation', '=', generation)
    .where('sent_at', 'is', null)
    .execute();
}

/** The address was refused for good; `words` are the server's. */
export async function markRequestBounced(db: Db, requestId: string, generation: number, words: string): Promise<void> {
  await db
    .updateTable('authorization_request')
    .set({ state: 'bounced', bounce: words })
    .where('request_id', '=', requestId)
    .where('generation', '=', generation)
    .where('state', 'in', [...requestStatesBefore('bounced')])
    .execute();
}

export interface DueRequestReminder {
  readonly requestId: string;
  readonly generation: number;
  /** Counts from 1. */
  readonly reminder: number;
}

/**
 * Whom nobody has seen so many days after sending. Where several are due, the last one is sent and the others are not made up for. Who was
 * told that their authorization lapsed is told once.
 */
export async function takeRequestReminders(
  db: Db,
  days: readonly number[],
  restoreEpoch: string,
): Promise<readonly DueRequestReminder[]> {
  const dueBy = sql<number>`(SELECT count(*) FROM unnest(${days as number[]}::int[]) AS day
    WHERE sent_at + day * interval '1 day' <= clock_timestamp())::int`;
  const rows = await db
    .updateTable('authorization_request')
    .set({ reminders: dueBy })
    .where('state', 'in', ['sent', 'opened'])
    .where('cause', '=', 'asked')
    .where('reminders_stopped_at', 'is', null)
    .where('expires_at', '>', now)
    .where('restore_epoch', '=', restoreEpoch)
    .where(sql<boolean>`reminders < ${dueBy}`)
    .returning(['request_id', 'generation', 'reminders'])
    .execute();
  return rows.map(({ request_id, generation, reminders }) => ({ requestId: request_id, generation, reminder: reminders }));
}

/** Those whose time is over end; answers how many. */
export async function expireRequests(db: Db): Promise<number> {
  const past = await db
    .updateTable('authorization_request')
    .set({ state: 'expired', ended_at: now })
    .where('state', 'in', [...openRequestStates])
    .where('expires_at', '<=', now)
    .executeTakeFirst();
  return Number(past.numUpdatedRows);
}
