import { sql } from 'kysely';
import { openInvitationStates, statesBefore } from '../../domain/invitations.ts';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';

/** What happens to invitations by itself: their mails come to an end, they are reminded of, they expire, they are forgotten. */
const now = sql<Date>`clock_timestamp()`;

/** The mail server took the invitation of this generation. */
export async function markSent(db: Db, invitationId: string, generation: number): Promise<void> {
  await db
    .updateTable('invitation')
    .set({ sent_at: now, state: sql<string>`CASE WHEN state = 'created' THEN 'sent' ELSE state END` })
    .where('invitation_id', '=', invitationId)
    .where('generation', '=', generation)
    .where('sent_at', 'is', null)
    .execute();
}

/** The address was refused for good; `words` are the server's. */
export async function markBounced(db: Db, invitationId: string, generation: number, words: string): Promise<void> {
  await db
    .updateTable('invitation')
    .set({ state: 'bounced', bounce: words })
    .where('invitation_id', '=', invitationId)
    .where('generation', '=', generation)
    .where('state', 'in', [...statesBefore('bounced')])
    .execute();
}

export interface DueReminder {
  readonly invitationId: string;
  readonly generation: number;
  /** Counts from 1. */
  readonly reminder: number;
}

/** Who has not signed in so many days after sending. Where several are due, the last one is sent and the others are not made up for. */
export async function takeReminders(db: Db, days: readonly number[], restoreEpoch: string): Promise<readonly DueReminder[]> {
  const dueBy = sql<number>`(SELECT count(*) FROM unnest(${days as number[]}::int[]) AS day
    WHERE sent_at + day * interval '1 day' <= clock_timestamp())::int`;
  const rows = await db
    .updateTable('invitation')
    .set({ reminders: dueBy })
    .where('state', 'in', ['sent', 'opened'])
    .where('reminders_stopped_at', 'is', null)
    .where('accepted_by', 'is', null)
    .where('expires_at', '>', now)
    .where('restore_epoch', '=', restoreEpoch)
    .where(sql<boolean>`reminders < ${dueBy}`)
    .returning(['invitation_id', 'generation', 'reminders'])
    .execute();
  return rows.map(({ invitation_id, generation, reminders }) => ({
    invitationId: invitation_id,
    generation,
    reminder: reminders,
  }));
}

/**
 * Those whose time is over end; answers which, less those that were passed on, of which the next one tells, and those by which somebody
 * has signed in.
 */
export async function expireInvitations(
  db: Db,
): Promise<readonly { readonly invitationId: string; readonly generation: number }[]> {
  const past = await sql<{ invitation_id: string; generation: number; was: string; accepted_by: string | null }>`
    WITH past AS (
      SELECT invitation_id, state FROM invitation
      WHERE state = ANY(${[...openInvitationStates]}) AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
    UPDATE invitation SET state = 'expired', ended_at = clock_timestamp() FROM past
    WHERE invitation.invitation_id = past.invitation_id
    RETURNING invitation.invitation_id, invitation.generation, past.state AS was, invitation.accepted_by`.execute(db);
  return past.rows
    .filter(({ was, accepted_by }) => was !== 'passed-on' && accepted_by === null)
    .map(({ invitation_id, generation }) => ({ invitationId: invitation_id, generation }));
}

/** What has ended is kept for this long, with its sealed addresses and its mails (docs/security.md). */
const endedInvitationDays = 90;

/**
 * Deletes invitations that ended long ago; answers how many. One by which a project was connected stays while the connection does: it says
 * which project of the partner that is, and where its owner is written to.
 */
export async function sweepInvitations(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('invitation')
    .where('ended_at', '<', sql<Date>`clock_timestamp() - ${endedInvitationDays} * interval '1 day'`)
    .where((where) =>
      where.not(where.and([where('state', '=', 'accepted'), where('connection_id', 'in', ofConnectedProject(db))])),
    )
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

const ofConnectedProject = (db: Db) =>
  db
    .selectFrom('connection')
    .select('connection_id')
    .where('bound_project_id', 'is not', null)
    .where('stage', 'not in', [...endedStages]);
