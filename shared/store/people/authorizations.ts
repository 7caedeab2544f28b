import { sql } from 'kysely';
import { personActor } from '../../domain/actors.ts';
import { requestMachine } from '../../domain/authorization-requests.ts';
import { commandInputs } from '../../domain/commands.ts';
import { appliedDecision } from '../commands.ts';
import { type Connection, hasEnded, lockConnection, lockConnections, storeSyncUser } from '../connections/connections.ts';
import { storeOffers } from '../connections/offered-projects.ts';
import { findGrant, grantStands, type PersonGrant } from '../grants/grants.ts';
import { ownerLacksAccess } from '../grants/reading.ts';
import type { Db } from '../tenancy.ts';
import { endInvitations } from './invitation-returns.ts';
import { needOwnAddress, useInvitedAddress } from './owner-addresses.ts';
import { noteAuthorized } from './team.ts';

/** The subject of the contractor's sign-in. */
export const contractorSubject = 'contractor';

const memberMark = 'member:';

/** The subject of a member's sign-in; `emailKey` is their folded address. */
export const memberSubject = (emailKey: string): string => `${memberMark}${emailKey}`;

/** The folded address of a member's sign-in; undefined for any other subject. */
export const memberKeyOf = (subject: string | null): string | undefined =>
  subject?.startsWith(memberMark) ? subject.slice(memberMark.length) : undefined;

type OwnedConnection = Pick<Connection, 'connectionId' | 'ownerGrantId' | 'proposedOwnerGrantId'>;

/** What a contractor's sign-in changed in a connection. */
export interface OwnerChange {
  readonly connectionId: string;
  /** `proposed`: they wait for the inviter's acceptance. `kept`: the owner is the same, and nobody waits. */
  readonly owner: 'replaced' | 'proposed' | 'kept';
}

/**
 * Assigns a grant to the subject of its sign-in: the owner of the connection, or a member. Another person replaces an owner only
 * while no project is connected, or if the owner's authorization is not usable or gives no access. With a connected project they
 * replace the owner at once if they have the invited address or were accepted before, else once the inviter accepts them
 * (`acceptOwner`). The former owner's offered projects are deleted; a connected project is read as the new owner. Returns what
 * changed in the connection.
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
  const { connectionId, ownerGrantId, boundProjectId } = connection;
  if (signIn.is_invited) await useInvitedAddress(db, connectionId, person);
  if (ownerGrantId === grantId) return ownerReturns(db, connection, grantId);
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
 * Has other connections read again whose owner signed in for one of them: nobody is accepted in their place any more, and
 * invitations to replace them end. Connections that another person owns by now stay as they are. Returns what changed.
 */
export async function takeUpAgain(db: Db, connectionIds: readonly string[], grantId: string): Promise<readonly OwnerChange[]> {
  const person = await personOf(db, grantId);
  const changes: OwnerChange[] = [];
  for (const connection of await lockConnections(db, connectionIds)) {
    const owner = connection.ownerGrantId === null ? undefined : await personOf(db, connection.ownerGrantId);
    if (owner !== person || hasEnded(connection)) continue;
    changes.push(await ownerReturns(db, connection, grantId));
    await requestIsAnswered(db, connection.connectionId);
  }
  return changes;
}

/** The link by which the owner was asked to sign in again for this one has nothing left to ask. */
async function requestIsAnswered(db: Db, connectionId: string): Promise<void> {
  await db
    .updateTable('authorization_request')
    .set({ state: 'answered', ended_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', [...requestMachine.open])
    .execute();
}

/** The owner themselves has signed in again, by the same grant or another. */
async function ownerReturns(db: Db, connection: Connection, grantId: string): Promise<OwnerChange> {
  const { connectionId, ownerGrantId, proposedOwnerGrantId, boundProjectId } = connection;
  if (ownerGrantId !== grantId) {
    await replaceOwner(db, connection, grantId);
    return { connectionId, owner: 'replaced' };
  }
  if (boundProjectId !== null) await usedUp(db, connectionId, grantId);
  if (proposedOwnerGrantId !== null) await propose(db, connectionId, null);
  return { connectionId, owner: 'kept' };
}

/**
 * Makes the person whom the inviter accepted the owner, as whom the connected project is read. `gone`: they do not wait for it,
 * or their authorization is not usable; `owner-reads`: the owner can read again; `owner`: they are the owner already.
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

/** The person who waits to replace the owner; undefined if the owner can read, or that person's grant is not usable. */
export async function proposedOwner(db: Db, connection: OwnedConnection): Promise<PersonGrant | undefined> {
  const { proposedOwnerGrantId } = connection;
  const grant = proposedOwnerGrantId === null ? undefined : await findGrant(db, proposedOwnerGrantId);
  return grant !== undefined && grantStands(grant) && !(await ownerReads(db, connection)) ? grant : undefined;
}

/** Whether the owner's authorization is usable and gives access: then nobody can replace them. */
export const ownerReads = async (
  db: Db,
  { connectionId, ownerGrantId }: Pick<Connection, 'connectionId' | 'ownerGrantId'>,
): Promise<boolean> => ownerGrantId !== null && (await stands(db, ownerGrantId)) && !(await ownerLacksAccess(db, connectionId));

const personOf = async (db: Db, grantId: string): Promise<string | undefined> => (await findGrant(db, grantId))?.procoreUserId;

/** Whether the inviter accepted this person for the project before. */
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

/** Stores the owner's name; does nothing if the grant belongs to another person. */
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

/** Ends the invitations of a connected project: they ask for an owner who reads, and there is one. */
async function usedUp(db: Db, connectionId: string, grantId: string): Promise<void> {
  const grant = await findGrant(db, grantId);
  if (grant) await endInvitations(db, connectionId, personActor(grant.procoreUserId));
}

async function readAs(db: Db, connectionId: string, grantId: string): Promise<void> {
  const grant = await findGrant(db, grantId);
  if (grant) await storeSyncUser(db, connectionId, { id: grant.procoreUserId, name: grant.procoreName ?? '' });
}
