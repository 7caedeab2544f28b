import { lockConnection, storeSyncUser } from './connections.ts';
import { findGrant } from './grants.ts';
import { storeOffers } from './offered-projects.ts';
import { ownerLacksAccess } from './reading.ts';
import { noteAuthorized } from './team.ts';
import type { Db } from './tenancy.ts';

/** Of the contractor's sign-in. */
export const contractorSubject = 'contractor';

const memberMark = 'member:';

/** Of a member's sign-in; `emailKey` is their folded address. */
export const memberSubject = (emailKey: string): string => `${memberMark}${emailKey}`;

/** The folded address of a member's sign-in; undefined for any other subject. */
export const memberKeyOf = (subject: string | null): string | undefined =>
  subject?.startsWith(memberMark) ? subject.slice(memberMark.length) : undefined;

/** The connection whose owner is another person than before. */
export interface OwnerChange {
  readonly connectionId: string;
}

/**
 * Gives a grant to whom its sign-in was for: the owner of the connection, or a member. An owner is replaced by another person only while no
 * project is connected, or where the former authorization does not stand or gives no access any more. What the former one was offered is forgotten; a connected
 * project is read as the new one from now on. Answers the connection where an owner took another's place.
 */
export async function attachGrant(db: Db, tenantId: string, signInId: string, grantId: string): Promise<OwnerChange | undefined> {
  const signIn = await db
    .selectFrom('sign_in')
    .select(['connection_id', 'subject'])
    .where('sign_in_id', '=', signInId)
    .executeTakeFirst();
  if (!signIn?.subject) return undefined;
  const memberKey = memberKeyOf(signIn.subject);
  if (memberKey !== undefined) {
    await noteAuthorized(db, tenantId, memberKey, grantId);
    return undefined;
  }
  const connection = await lockConnection(db, signIn.connection_id);
  if (connection === undefined || connection.ownerGrantId === grantId) return undefined;
  const { connectionId, ownerGrantId, boundProjectId } = connection;
  if (
    ownerGrantId !== null &&
    boundProjectId !== null &&
    (await stands(db, ownerGrantId)) &&
    !(await ownerLacksAccess(db, connectionId))
  )
    return undefined;
  await db.updateTable('connection').set({ owner_grant_id: grantId }).where('connection_id', '=', connectionId).execute();
  if (boundProjectId !== null) await readAs(db, connectionId, grantId);
  if (ownerGrantId === null) return undefined;
  await storeOffers(db, tenantId, connectionId, []);
  return { connectionId };
}

async function stands(db: Db, grantId: string): Promise<boolean> {
  const grant = await findGrant(db, grantId);
  return grant !== undefined && grant.state !== 'lapsed' && grant.state !== 'revoked';
}

async function readAs(db: Db, connectionId: string, grantId: string): Promise<void> {
  const grant = await findGrant(db, grantId);
  if (grant) await storeSyncUser(db, connectionId, { id: grant.procoreUserId, name: grant.procoreName ?? '' });
}
