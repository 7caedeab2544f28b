import { sql } from 'kysely';
import { noteAuthorized } from './team.ts';
import type { Db } from './tenancy.ts';

/** Of the contractor's sign-in. */
export const contractorSubject = 'contractor';

const memberMark = 'member:';

/** Of a member's sign-in; `emailKey` is their folded address. */
export const memberSubject = (emailKey: string): string => `${memberMark}${emailKey}`;

/**
 * Gives a grant to whom its sign-in was for: the owner of the connection, or a member. An owner is replaced by another person only where
 * the former authorization does not stand any more.
 */
export async function attachGrant(db: Db, tenantId: string, signInId: string, grantId: string): Promise<void> {
  const signIn = await db
    .selectFrom('sign_in')
    .select(['connection_id', 'subject'])
    .where('sign_in_id', '=', signInId)
    .executeTakeFirst();
  if (!signIn?.subject) return;
  if (signIn.subject.startsWith(memberMark)) {
    await noteAuthorized(db, tenantId, signIn.subject.slice(memberMark.length), grantId);
    return;
  }
  await db
    .updateTable('connection')
    .set({ owner_grant_id: grantId })
    .where('connection_id', '=', signIn.connection_id)
    .where(
      sql<boolean>`(bound_project_id IS NULL OR NOT EXISTS (
        SELECT FROM person_grant g
        WHERE g.tenant_id = connection.tenant_id AND g.grant_id = connection.owner_grant_id AND g.state NOT IN ('lapsed', 'revoked')))`,
    )
    .execute();
}
