import { invitationMachine } from '../../shared/domain/invitations.ts';
import { isOpen } from '../../shared/domain/mailed-links.ts';
import { foldEmail } from '../../shared/partners/names.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { type Invitation, listInvitations } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * Whether a login is the address that was invited to a connection: the newest; once it is connected, one that was accepted or is open.
 * Null: the login is not known, or nobody was invited.
 */
export async function isInvited(
  { vault }: Pick<ActivityDependencies, 'vault'>,
  db: Db,
  { tenantId, connectionId, boundAt }: Pick<Connection, 'tenantId' | 'connectionId' | 'boundAt'>,
  login: string | null,
): Promise<boolean | null> {
  const newestFirst = await listInvitations(db, connectionId);
  const those = boundAt === null ? newestFirst.slice(0, 1) : newestFirst.filter(counts);
  if (login === null || those.length === 0) return null;
  for (const { invitationId, sealedInvited } of those) {
    const address = await vault.unsealSecret(db, places.invitedAddress(tenantId, invitationId), sealedInvited);
    if (foldEmail(revealSecret(address)) === foldEmail(login)) return true;
  }
  return false;
}

const counts = ({ state }: Invitation): boolean => state === 'accepted' || isOpen(invitationMachine, state);
