import { servedBy } from '../grants/grant-uses.ts';
import { queueMail } from '../mail.ts';
import type { Db } from '../tenancy.ts';
import { listInvitations } from './invitations.ts';

/**
 * Tells whoever invited last to each connection that is read with this grant that its owner took it back, in the transaction
 * that revokes it. Queues one mail a connection, once: a revocation is final. Returns the mails' ids.
 */
export async function tellTakenBack(
  db: Db,
  { tenantId, grantId, restoreEpoch }: { readonly tenantId: string; readonly grantId: string; readonly restoreEpoch: string },
): Promise<readonly string[]> {
  const { connectionIds } = await servedBy(db, grantId);
  const mails: string[] = [];
  for (const connectionId of connectionIds) {
    const [newest] = await listInvitations(db, connectionId);
    if (newest === undefined) continue;
    const { invitationId, generation } = newest;
    const businessKey = `taken-back:${connectionId}:${grantId}`;
    mails.push(await queueMail(db, { tenantId, businessKey, kind: 'taken-back', invitationId, generation, restoreEpoch }));
  }
  return mails;
}
