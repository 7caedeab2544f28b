import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import type { LinkKind } from './mailed-links.ts';

/** Timed changes of mailed links of every kind: reminders and expiry. */
const now = sql<Date>`clock_timestamp()`;

/** For a row with `sent_at`: how many of the reminders, given as days after sending, are due. */
export const remindersDue = (days: readonly number[]) =>
  sql<number>`(SELECT count(*) FROM unnest(${[...days]}::int[]) AS day
    WHERE sent_at + day * interval '1 day' <= clock_timestamp())::int`;

export interface DueReminder {
  readonly linkId: string;
  readonly generation: number;
  /** Counts from 1. */
  readonly reminder: number;
}

/** Takes the reminders due to people who have not come. If several are due, only the last is sent; the others are skipped. */
export async function takeReminders(
  db: Db,
  { table, id, isAwaited }: LinkKind,
  days: readonly number[],
  restoreEpoch: string,
): Promise<readonly DueReminder[]> {
  const due = remindersDue(days);
  return db
    .updateTable(table)
    .set({ reminders: due })
    .where('state', 'in', ['sent', 'opened'])
    .where('reminders_stopped_at', 'is', null)
    .where(isAwaited)
    .where('expires_at', '>', now)
    .where('restore_epoch', '=', restoreEpoch)
    .where(sql<boolean>`reminders < ${due}`)
    .returning((row) => [row.ref(id).as('linkId'), 'generation', row.ref('reminders').as('reminder')])
    .execute();
}

export interface ExpiredLink {
  readonly linkId: string;
  readonly generation: number;
  readonly was: string;
}

/** Expires links past their end and returns them. A link locked by another transaction is left for the next run. */
export async function expireLinks(db: Db, { table, id, machine }: LinkKind): Promise<readonly ExpiredLink[]> {
  const past = await sql<ExpiredLink>`
    WITH past AS (
      SELECT ${sql.ref(id)} AS id, state FROM ${sql.table(table)}
      WHERE state = ANY(${[...machine.open]}) AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
    UPDATE ${sql.table(table)} AS link SET state = 'expired', ended_at = clock_timestamp() FROM past
    WHERE link.${sql.ref(id)} = past.id
    RETURNING past.id AS "linkId", generation, past.state AS was`.execute(db);
  return past.rows;
}
