import { commandInputs } from '../../domain/commands.ts';
import { signedInActor } from '../../domain/contractors.ts';
import { appliedDecision } from '../commands.ts';
import { type Connection, lockConnection, storeSyncUser } from '../connections/connections.ts';
import { storeOffers } from '../connections/offered-projects.ts';
import { findGrant, grantStands, type PersonGrant } from '../grants/grants.ts';
import { ownerLacksAccess } from '../grants/reading.ts';
import type { Db } from '../tenancy.ts';
import { endInvitations } from './invitation-returns.ts';
import { needOwnAddress, useInvitedAddress } from './owner-addresses.ts';
import { noteAuthorized } from './team.ts';

/** Of the contractor's sign-in. */
export const contractorSubject = 'contractor';

const memberMark = 'member:';

/** Of a member's sign-in; `emailKey` is their folded address. */
export const memberSubject = (emailKey: string): string => `${memberMark}${emailKey}`;

/** The folded address of a member's sign-in; undefined for any other subject. */
export const memberKeyOf = (subject: string | null): string | undefined =>
  subject?.startsWith(memberMark) ? subject.slice(memberMark.length) : undefined;

type OwnedConnection = Pick<Connection, 'connectionId' | 'ownerGrantId' | 'proposedOwnerGrantId'>;

/** What a sign-in for the contractor has changed of a connection. */
export interface OwnerChange {
  readonly connectionId: string;
  /** `proposed`: they wait for whoever invited. `kept`: the owner is who they were, and nobody waits any more. */
  readonly owner: 'replaced' | 'proposed' | 'kept';
}

/**
 * Gives a grant to whom its sign-in was for: the owner of the connection, or a member. An owner is replaced by another person only while no
 * project is connected, or where the former authorization does not stand or gives no access any more; then it is at once where they have
 * the address that was invited or were accepted before, else once whoever invited has said so (`acceptOwner`). What the former one was
 * offered is forgotten; a connected project is read as the new one from now on. Answers what changed of the connection.
 */
export async function attachGrant(db: Db, tenantId: string, signInId: string, grantId: string): Promise<OwnerChange | undefined> {
  const signIn = await db
    .selectFrom('sign_in')
    .select(['connection_id', 'subject', 'is_invited'])
    .where('sign_in_id', '=', signInId)
    .executeTakeFirst();
  if (!signIn?.subject) return undefined;
  const memberKey = memberKeyOf(signIn.subject);
  if (memberKey !== undefined) {
    await noteAuthorized(db, tenantId, memberKey, grantId);
    return undefined;
  }
  const connection = await lockConnection(db, signIn.connection_id);
  const person = await personOf(db, grantId);
  if (connection === undefined || person === undefined) return undefined;
  const { connectionId, ownerGrantId, proposedOwnerGrantId, boundProjectId } = connection;
  if (signIn.is_invited) await useInvitedAddress(db, connectionId, person);
  if (ownerGrantId === grantId) {
    if (boundProjectId !== null) await usedUp(db, connectionId, grantId);
    if (proposedOwnerGrantId !== null) await propose(db, connectionId, null);
    return { connectionId, owner: 'kept' };
  }
  if (ownerGrantId !== null && boundProjectId !== null) {
    if (await ownerReads(db, connection)) return undefined;
    const isThemselves = signIn.is_invited || (await personOf(db, ownerGrantId)) === person;
    if (!isThemselves && !(await wasAccepted(db, connection, person))) {
      await propose(db, connectionId, grantId);
      return { connectionId, owner: 'proposed' };
    }
    if (!isThemselves) await needOwnAddress(db, connection, person);
  }
  await replaceOwner(db, connection, grantId);
  return ownerGrantId === null ? undefined : { connectionId, owner: 'replaced' };
}

/**
 * Whoever invited has said that this person reads the connected project from now on. `gone`: they do not wait for it (any more), or their
 * authorization does not stand; `owner-reads`: the owner does so again; `owner`: that is who they are.
 */
export async function acceptOwner(
  db: Db,
  connection: OwnedConnection & Pick<Connection, 'tenantId' | 'boundCompanyId' | 'boundProjectId'>,
  accepted: { readonly companyId: string; readonly procoreUserId: string },
): Promise<'replaced' | 'owner-reads' | 'owner' | 'gone'> {
  const { ownerGrantId, proposedOwnerGrantId, boundCompanyId } = connection;
  const owner = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  if (owner?.procoreUserId === accepted.procoreUserId && boundCompanyId === accepted.companyId) return 'owner';
  const grant = proposedOwnerGrantId === null ? undefined : await findGrant(db, proposedOwnerGrantId);
  if (grant?.procoreUserId !== accepted.procoreUserId || boundCompanyId !== accepted.companyId) return 'gone';
  if (await ownerReads(db, connection)) return 'owner-reads';
  if (!grantStands(grant)) return 'gone';
  await needOwnAddress(db, connection, accepted.procoreUserId);
  await replaceOwner(db, connection, grant.grantId);
  return 'replaced';
}

/** Who waits to take the owner's place: while the owner does not read, and their own authorization stands. */
export async function proposedOwner(db: Db, connection: OwnedConnection): Promise<PersonGrant | undefined> {
  const { proposedOwnerGrantId } = connection;
  const grant = proposedOwnerGrantId === null ? undefined : await findGrant(db, proposedOwnerGrantId);
  return grant !== undefined && grantStands(grant) && !(await ownerReads(db, connection)) ? grant : undefined;
}

/** Whether the owner's authorization stands and gives access: nobody takes their place then. */
export const ownerReads = async (
  db: Db,
  { connectionId, ownerGrantId }: Pick<Connection, 'connectionId' | 'ownerGrantId'>,
): Promise<boolean> => ownerGrantId !== null && (await stands(db, ownerGrantId)) && !(await ownerLacksAccess(db, connectionId));

const personOf = async (db: Db, grantId: string): Promise<string | undefined> => (await findGrant(db, grantId))?.procoreUserId;

/** Whether whoever invited has said before that this person may connect the project. */
async function wasAccepted(db: Db, { connectionId, boundCompanyId }: Connection, person: string): Promise<boolean> {
  const decision = await appliedDecision(db, connectionId, 'accept-contractor');
  const accepted = commandInputs['accept-contractor'].safeParse(decision?.input);
  return accepted.success && accepted.data.procoreUserId === person && accepted.data.companyId === boundCompanyId;
}

async function propose(db: Db, connectionId: string, grantId: string | null): Promise<void> {
  await db
    .updateTable('connection')
    .set({ proposed_owner_grant_id: grantId })
    .where('connection_id', '=', connectionId)
    .execute();
}

/** The owner is known by name from now on; nothing where the grant is another person's. */
export async function nameOwner(
  db: Db,
  { connectionId, ownerGrantId }: Pick<Connection, 'connectionId' | 'ownerGrantId'>,
  owner: { readonly id: string; readonly name: string },
): Promise<void> {
  const named = await db
    .updateTable('person_grant')
    .set({ procore_name: owner.name })
    .where('grant_id', '=', ownerGrantId)
    .where('procore_user_id', '=', owner.id)
    .executeTakeFirst();
  if (named.numUpdatedRows > 0n) await storeSyncUser(db, connectionId, owner);
}

async function replaceOwner(
  db: Db,
  {
    tenantId,
    connectionId,
    ownerGrantId,
    boundProjectId,
  }: Pick<Connection, 'tenantId' | 'connectionId' | 'ownerGrantId' | 'boundProjectId'>,
  grantId: string,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ owner_grant_id: grantId, proposed_owner_grant_id: null })
    .where('connection_id', '=', connectionId)
    .execute();
  if (boundProjectId !== null) {
    await readAs(db, connectionId, grantId);
    await usedUp(db, connectionId, grantId);
  }
  if (ownerGrantId !== null) await storeOffers(db, tenantId, connectionId, []);
}

async function stands(db: Db, grantId: string): Promise<boolean> {
  const grant = await findGrant(db, grantId);
  return grant !== undefined && grantStands(grant);
}

/** Of a connected project an invitation asks for an owner who reads, and there is one. */
async function usedUp(db: Db, connectionId: string, grantId: string): Promise<void> {
  const grant = await findGrant(db, grantId);
  if (grant) await endInvitations(db, connectionId, signedInActor(grant.procoreUserId));
}

async function readAs(db: Db, connectionId: string, grantId: string): Promise<void> {
  const grant = await findGrant(db, grantId);
  if (grant) await storeSyncUser(db, connectionId, { id: grant.procoreUserId, name: grant.procoreName ?? '' });
}
