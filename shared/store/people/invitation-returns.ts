import { sql } from 'kysely';
import { invitationMachine } from '../../domain/invitations.ts';
import type { Db } from '../tenancy.ts';

/**
 * Invitations of people who authorize for themselves. Confirming the account does not use up such an invitation: a person who
 * turns out not to be an admin can come back by the same link, until a project is connected.
 */
const openOnes = (db: Db) => db.updateTable('invitation').where('state', 'in', [...invitationMachine.open]);

/** The person of this sign-in has confirmed the account: reminders stop, and the link stays valid. */
export async function noteSignedIn(db: Db, signInId: string, actorId: string): Promise<void> {
  await openOnes(db).set({ accepted_by: actorId }).where('sign_in_id', '=', signInId).execute();
}

/**
 * Ends the open invitations once a project is connected. Accepted is the one its owner came by, or else the newest one anybody
 * came by, or else the newest; all others are superseded. No link works after that. Runs in the transaction that binds.
 */
export async function endInvitations(db: Db, connectionId: string, ownerActorId: string): Promise<void> {
  const used = await db
    .selectFrom('invitation')
    .select('invitation_id')
    .where('connection_id', '=', connectionId)
    .where('state', 'in', [...invitationMachine.open])
    .orderBy(sql`accepted_by IS NOT DISTINCT FROM ${ownerActorId}`, 'desc')
    .orderBy(sql`accepted_by IS NOT NULL`, 'desc')
    .orderBy('created_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  if (used === undefined) return;
  const ended = { ended_at: sql<Date>`clock_timestamp()`, link_hash: sql<Buffer>`sha256(link_hash)` };
  await openOnes(db)
    .set({ ...ended, state: 'accepted', accepted_by: ownerActorId })
    .where('invitation_id', '=', used.invitation_id)
    .execute();
  await openOnes(db)
    .set({ ...ended, state: 'superseded' })
    .where('connection_id', '=', connectionId)
    .execute();
}
