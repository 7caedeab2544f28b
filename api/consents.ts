import { declarations } from '../shared/partners/registry.ts';
import { waitsForOwner } from '../shared/partners/settings-in-force.ts';
import type { Connection } from '../shared/store/connections/connections.ts';
import { askForConsent } from '../shared/store/people/consent-asking.ts';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';

/**
 * Asks the owner at once for the consent that the settings wait for, as `upkeep` does in its rounds, or cancels that request.
 * Returns the id of the mail, if one was queued.
 */
export function askAsSet(
  db: Db,
  { invitationLinks: links, settings }: Pick<ApiDependencies, 'invitationLinks' | 'settings'>,
  connection: Connection,
): Promise<string | undefined> {
  const isWanted = waitsForOwner(declarations[connection.partner], connection.partnerSettings);
  return askForConsent(db, { links, restoreEpoch: settings.restoreEpoch }, connection, isWanted);
}
