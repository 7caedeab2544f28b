import { reminderDays } from '../../shared/domain/mailed-links.ts';
import type { Plans } from '../../shared/domain/steps.ts';
import type { Command } from '../../shared/store/commands.ts';
import { queueMail, sweepMail } from '../../shared/store/mail.ts';
import { expireInvitations, sweepInvitations } from '../../shared/store/people/invitation-times.ts';
import { ofInvitation } from '../../shared/store/people/invitations.ts';
import { takeReminders } from '../../shared/store/people/mailed-link-times.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { askForLooksAt } from '../mail/invitation-results.ts';

/**
 * Applies time to a tenant's invitations: reminds the invited who have not come, expires what is over and tells the inviter, and
 * deletes what ended long ago. Queues the mails; returns how many rows expired or were deleted, and the requests for a look at the
 * steps that follow what expired.
 */
export async function tidyInvitations(
  db: Db,
  plans: Plans,
  tenantId: string,
  restoreEpoch: string,
): Promise<{ readonly swept: number; readonly looks: readonly Command[] }> {
  const expired = await expireInvitations(db);
  const looks: Command[] = [];
  for (const { linkId: invitationId, generation, isTold } of expired) {
    looks.push(...(await askForLooksAt(db, plans, tenantId, invitationId)));
    if (!isTold) continue;
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
  return { swept: expired.length + (await sweepMail(db)) + (await sweepInvitations(db)), looks };
}
