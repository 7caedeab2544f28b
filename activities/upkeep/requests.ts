import { reminderDays } from '../../shared/domain/mailed-links.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { readBreaker } from '../../shared/store/grants/grant-breaker.ts';
import { servedBy } from '../../shared/store/grants/grant-uses.ts';
import { lapsesToTell, markLapseTold } from '../../shared/store/grants/grants.ts';
import { markOwnerAsked, ownersToAsk } from '../../shared/store/grants/reading.ts';
import { queueMail } from '../../shared/store/mail.ts';
import { type AskingWith, askOnceMore } from '../../shared/store/people/asking.ts';
import { ofRequest } from '../../shared/store/people/authorization-requests.ts';
import { expireLinks, takeReminders } from '../../shared/store/people/mailed-link-times.ts';
import { ownerAddress } from '../../shared/store/people/owner-addresses.ts';
import type { Db } from '../../shared/store/tenancy.ts';

const toldAtOnce = 50;

/**
 * Applies time to authorization requests: reminds people who have not come, expires what is over, and sends a link to sign in
 * again to people whose authorization lapsed, or who may no longer read what is read as them. Queues the mails; returns how many
 * rows expired.
 */
export async function tidyRequests(db: Db, tenantId: string, using: AskingWith): Promise<number> {
  const { restoreEpoch } = using;
  for (const { linkId: requestId, generation, reminder } of await takeReminders(db, ofRequest, reminderDays, restoreEpoch)) {
    const businessKey = `authorize-reminder:${requestId}:${generation}:${reminder}`;
    await queueMail(db, { tenantId, businessKey, kind: 'authorize-reminder', requestId, generation, restoreEpoch });
  }
  await tellLapses(db, tenantId, using);
  await tellOwners(db, tenantId, using);
  return (await expireLinks(db, ofRequest)).length;
}

/** Once per lapse, and not while so many lapse at once that the fault is taken to be ours. */
async function tellLapses(db: Db, tenantId: string, using: AskingWith): Promise<void> {
  if ((await readBreaker(db)) !== undefined) return;
  for (const lapse of await lapsesToTell(db, toldAtOnce)) {
    if (!(await markLapseTold(db, lapse))) continue;
    const { emailKeys, connectionIds } = await servedBy(db, lapse.grantId);
    for (const emailKey of emailKeys) await askOnceMore(db, using, { tenantId, emailKey }, 'lapsed');
    const connectionId = await toBeAskedFor(db, connectionIds);
    if (connectionId !== undefined) await askOnceMore(db, using, { tenantId, connectionId }, 'lapsed');
  }
}

/**
 * The one project for which an owner is asked, of all that are read with their authorization: one sign-in has all of them read
 * again. The oldest for which they can be written to.
 */
async function toBeAskedFor(db: Db, oldestFirst: readonly string[]): Promise<string | undefined> {
  for (const connectionId of oldestFirst) {
    const connection = await findConnection(db, connectionId);
    if (connection !== undefined && (await ownerAddress(db, connection)) !== 'wanted') return connectionId;
  }
  return oldestFirst[0];
}

/** Once each time that access ended. */
async function tellOwners(db: Db, tenantId: string, using: AskingWith): Promise<void> {
  for (const connectionId of await ownersToAsk(db, toldAtOnce))
    if (await markOwnerAsked(db, connectionId)) await askOnceMore(db, using, { tenantId, connectionId }, 'no-access');
}
