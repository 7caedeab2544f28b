import { reminderDays } from '../../shared/domain/mailed-links.ts';
import { queueMail, sweepMail } from '../../shared/store/mail.ts';
import { expireInvitations, sweepInvitations } from '../../shared/store/people/invitation-times.ts';
import { ofInvitation } from '../../shared/store/people/invitations.ts';
import { takeReminders } from '../../shared/store/people/mailed-link-times.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/**
 * Applies time to a tenant's invitations: reminds the invited who have not come, expires what is over and tells the inviter, and
 * deletes what ended long ago. Queues the mails; returns how many rows expired or were deleted.
 */
export async function tidyInvitations(db: Db, tenantId: string, restoreEpoch: string): Promise<number> {
  const expired = await expireInvitations(db);
  for (const { linkId: invitationId, generation } of expired) {
    const businessKey = `expired:${invitationId}:${generation}`;
    await queueMail(db, { tenantId, businessKey, kind: 'expired', invitationId, generation, restoreEpoch });
  }
  for (const { linkId: invitationId, generation, reminder } of await takeReminders(
    db,
    ofInvitation,
    reminderDays,
    restoreEpoch,
  )) {
    const businessKey = `reminder:${invitationId}:${generation}:${reminder}`;
    await queueMail(db, { tenantId, businessKey, kind: 'reminder', invitationId, generation, restoreEpoch });
  }
  return expired.length + (await sweepMail(db)) + (await sweepInvitations(db));
}
