import { reminderDays } from '../../shared/domain/mailed-links.ts';
import { declarations } from '../../shared/partners/registry.ts';
import { waitsForOwner } from '../../shared/partners/settings-in-force.ts';
import { findConnections } from '../../shared/store/connections/connections.ts';
import type { AskingWith } from '../../shared/store/people/asking.ts';
import { askForConsent, remindOfConsents } from '../../shared/store/people/consent-asking.ts';
import { connectionsThatAsk } from '../../shared/store/people/consent-requests.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/** Asks and reminds owners whose consent a setting waits for, until nothing waits for it. Queues the mails. */
export async function tidyConsents(db: Db, tenantId: string, using: AskingWith): Promise<void> {
  for (const connection of (await findConnections(db, await connectionsThatAsk(db))).values()) {
    await askForConsent(db, using, connection, waitsForOwner(declarations[connection.partner], connection.partnerSettings));
  }
  await remindOfConsents(db, using, tenantId, reminderDays);
}
