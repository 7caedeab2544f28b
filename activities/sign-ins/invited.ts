import { isOpenOrAccepted } from '../../shared/domain/invitations.ts';
import { foldEmail } from '../../shared/partners/names.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { type Invitation, listInvitations } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';

type Vault = Pick<ActivityDependencies, 'vault'>;

/**
 * Whether a login is an address that was invited to a connection. Only the newest invitation counts; once a project is connected,
 * every accepted or open one. Null if the login is unknown, or nobody was invited.
 */
export async function isInvited(
  deps: Vault,
  db: Db,
  { tenantId, connectionId, boundAt }: Pick<Connection, 'tenantId' | 'connectionId' | 'boundAt'>,
  login: string | null,
): Promise<boolean | null> {
  const newestFirst = await listInvitations(db, connectionId);
  const those = boundAt === null ? newestFirst.slice(0, 1) : newestFirst.filter(isOpenOrAccepted);
  if (login === null || those.length === 0) return null;
  return (await invitationAt(deps, db, tenantId, { login, among: those })) !== undefined;
}

/** The first of these invitations whose address is that login. */
export async function invitationAt(
  deps: Vault,
  db: Db,
  tenantId: string,
  { login, among }: { readonly login: string; readonly among: readonly Invitation[] },
): Promise<Invitation | undefined> {
  for (const invitation of among)
    if (foldEmail(await invitedAddress(deps, db, tenantId, invitation)) === foldEmail(login)) return invitation;
  return undefined;
}

export async function invitedAddress(
  { vault }: Vault,
  db: Db,
  tenantId: string,
  { invitationId, sealedInvited }: Invitation,
): Promise<string> {
  return revealSecret(await vault.unsealSecret(db, places.invitedAddress(tenantId, invitationId), sealedInvited));
}
