import { reminderDays } from '../../shared/domain/invitations.ts';
import { queueMail, sweepMail } from '../../shared/store/mail.ts';
import { expireInvitations, sweepInvitations, takeReminders } from '../../shared/store/people/invitation-times.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/**
 * What time does to a tenant's invitations: who has not come is reminded, what is over ends and whoever invited is told, and what ended
 * long ago is forgotten. Queues the mails; answers how many rows ended or went.
 */
export async function tidyInvitations(db: Db, tenantId: string, restoreEpoch: string): Promise<number> {
  const expired = await expireInvitations(db);
  for (const { invitationId, generation } of expired) {
    const businessKey = `expired:${invitationId}:${generation}`;
    await queueMail(db, { tenantId, businessKey, kind: 'expired', invitationId, generation, restoreEpoch });
  }
  for (const { invitationId, generation, reminder } of await takeReminders(db, reminderDays, restoreEpoch)) {
    const businessKey = `reminder:${invitationId}:${generation}:${reminder}`;
    await queueMail(db, { tenantId, businessKey, kind: 'reminder', invitationId, generation, restoreEpoch });
  }
  return expired.length + (await sweepMail(db)) + (await sweepInvitations(db));
}
