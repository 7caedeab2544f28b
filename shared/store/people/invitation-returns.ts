import { sql } from 'kysely';
import { invitationMachine } from '../../domain/invitations.ts';
import type { Db } from '../tenancy.ts';

/**
 * Invitations of people who authorize for themselves. Such a one is not used up when somebody says that the account is theirs: who turns out
 * to be no admin comes back by the same link, until a project is connected.
 */
const openOnes = (db: Db) => db.updateTable('invitation').where('state', 'in', [...invitationMachine.open]);

/** The person of this sign-in has said that the account is theirs: they are reminded no more, and the link lives on. */
export async function noteSignedIn(db: Db, signInId: string, actorId: string): Promise<void> {
  await openOnes(db).set({ accepted_by: actorId }).where('sign_in_id', '=', signInId).execute();
}

/**
 * A project is connected: of the open invitations the one by which its owner came is accepted, or else the one by which anybody did, the
 * newest first; all others are superseded. No link works any more. In the unit of work that binds.
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
