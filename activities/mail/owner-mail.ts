import { personActor } from '../../shared/domain/actors.ts';
import { isOpenOrAccepted } from '../../shared/domain/invitations.ts';
import type { RequestMailKind } from '../../shared/domain/mail.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { type Connection, findConnection } from '../../shared/store/connections/connections.ts';
import { findGrant, grantStands } from '../../shared/store/grants/grants.ts';
import { findTurn } from '../../shared/store/grants/reading.ts';
import type { Invitation } from '../../shared/store/people/invitations.ts';
import { ownerAddress } from '../../shared/store/people/owner-addresses.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { invitationAt, invitedAddress } from '../sign-ins/invited.ts';

/**
 * The address of a connection's owner: the newer of the address given for them and that of an invitation to their login; if none
 * was given for them, that of the invitation by which the project was connected (`by`) may serve. An accepted owner is never
 * written to at somebody else's address: undefined if theirs was not given yet.
 */
export async function addressOfOwner(
  deps: Pick<ActivityDependencies, 'vault'>,
  db: Db,
  connection: Connection,
  { newestFirst, by }: { readonly newestFirst: readonly Invitation[]; readonly by: Invitation },
): Promise<string | undefined> {
  const { tenantId, connectionId, ownerGrantId } = connection;
  const own = await ownerAddress(db, connection);
  if (own === 'wanted') return undefined;
  const login = ownerGrantId === null ? null : ((await findGrant(db, ownerGrantId))?.procoreLogin ?? null);
  const among = newestFirst.filter(isOpenOrAccepted);
  const theirs = login === null ? undefined : await invitationAt(deps, db, tenantId, { login, among });
  if (own === 'invited' || (theirs !== undefined && theirs.createdAt > own.givenAt))
    return invitedAddress(deps, db, tenantId, theirs ?? by);
  const place = places.ownerAddress(tenantId, connectionId, own.procoreUserId);
  return revealSecret(await deps.vault.unsealSecret(db, place, own.sealedAddress));
}

/** Why a mail that may have waited for an address no longer concerns the owner; undefined if it does. */
export async function overForOwner(db: Db, connectionId: string, kind: RequestMailKind): Promise<string | undefined> {
  const connection = await findConnection(db, connectionId);
  const owner = connection?.ownerGrantId == null ? undefined : await findGrant(db, connection.ownerGrantId);
  if (owner === undefined) return undefined;
  if (kind === 'lapsed' && grantStands(owner)) return 'The owner’s authorization stands again.';
  if (kind === 'no-access' && (await findTurn(db, connectionId))?.why == null) return 'The owner reads the project again.';
  const isCopy = kind === 'connected';
  return isCopy && connection?.boundBy !== personActor(owner.procoreUserId)
    ? 'Another person owns the connection by now.'
    : undefined;
}
