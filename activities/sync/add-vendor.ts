import { itemChoice } from '../../shared/domain/deliveries.ts';
import { type Fault, faultIn, wordsOf } from '../../shared/domain/faults.ts';
import { addVendorToProject } from '../../shared/procore/operations/vendors.ts';
import { findItem } from '../../shared/store/attention.ts';
import { findCommand } from '../../shared/store/commands.ts';
import { boundCompanyOf } from '../../shared/store/companies.ts';
import { findConnection } from '../../shared/store/connections.ts';
import { currentCredential } from '../../shared/store/credentials.ts';
import { findProjectLink } from '../../shared/store/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { LinkRef } from '../contract.ts';
import type { SyncDependencies } from './dependencies.ts';

const ofVendor = 'vendor:';

/**
 * The one-call fix of a company that is not in its project's directory: puts it there as the sync user, before its parked records are sent
 * again. A company that is there already stays, so a repeat changes nothing. Answers why it could not be done; undefined: it is done, or
 * nothing of the kind was decided.
 */
export async function addVendorFirst(
  dependencies: SyncDependencies,
  { tenantId, projectLinkId, itemId, commandId }: LinkRef & { readonly itemId: string; readonly commandId: string },
): Promise<string | undefined> {
  const wish = await withTenant(dependencies.pool, tenantId, async (db) => {
    const item = await findItem(db, itemId);
    const command = item && (await findCommand(db, item.connectionId, commandId));
    const decided = itemChoice.safeParse(command?.input);
    const isWish = decided.success && decided.data.itemId === itemId && decided.data.resolution === 'add-vendor';
    // what else is wrong with the decision is said by whoever applies it
    if (!item || command?.kind !== 'resolveItem' || !isWish || command.appliedAt !== null) return undefined;
    if (item.projectLinkId !== projectLinkId || item.resolvedAt !== null) return undefined;
    if (item.reason !== 'vendor-not-on-project' || !item.subject.startsWith(ofVendor)) return 'not-of-a-vendor';
    const link = await findProjectLink(db, projectLinkId);
    const connection = link && (await findConnection(db, link.connectionId));
    const company = connection && boundCompanyOf(connection);
    if (!link || !connection || !company) return undefined;
    const service = await currentCredential(db, link.connectionId, 'procore-service');
    const login = await currentCredential(db, link.connectionId, 'partner-login');
    return { vendorId: item.subject.slice(ofVendor.length), link, company, partner: connection.partner, service, login };
  });
  if (wish === undefined) return undefined;
  if (wish === 'not-of-a-vendor') return 'Only a company that is not in its project’s directory can be added to it.';
  const { vendorId, link, ...clients } = wish;
  const { procore } = await dependencies.openClients({ tenantId, ...clients, around: dependencies.surroundings() });
  try {
    await addVendorToProject(procore, link.procoreProjectId, vendorId);
    return undefined;
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || fault.handling === 'retry') throw error;
    return refusal(fault);
  }
}

const byHand = 'By hand, in Procore: Project → Directory → Companies → Add Company.';

const refusal = (fault: Fault): string =>
  fault.detail.status === 403
    ? `Procore does not let the sync user change this project’s directory: it needs Admin on Directory there. ${byHand}`
    : `Procore did not add the company: ${wordsOf(fault).seen} ${byHand}`;
