import { faultIn } from '../../domain/faults.ts';
import { addProjectVendor } from '../../procore/operations/vendors.ts';
import type { Cause, ProjectContext } from '../stream.ts';
import type { EntryVendor } from './manpower-contacts.ts';

/**
 * Adds vendors to the project's directory, each once per cycle however many of its entries wait. Returns what still blocks
 * these; errors other than a refusal of just this are thrown. `isThere` reads the project again.
 */
export function adding(
  { procore, project }: Pick<ProjectContext, 'procore' | 'project'>,
  isThere: (vendor: EntryVendor) => Promise<boolean>,
): (vendor: EntryVendor) => Promise<Cause | undefined> {
  const asked = new Map<string, Promise<Cause | undefined>>();

  async function add(vendor: EntryVendor): Promise<Cause | undefined> {
    try {
      await addProjectVendor(procore, project.procoreProjectId, vendor.id);
    } catch (error) {
      const status = refusalOf(error);
      if (status === undefined) throw error;
      return mayNotAdd(vendor, status);
    }
    return (await isThere(vendor)) ? undefined : notOnProject(vendor);
  }

  return (vendor) => {
    const answer = asked.get(vendor.id) ?? add(vendor);
    asked.set(vendor.id, answer);
    answer.catch(() => asked.delete(vendor.id));
    return answer;
  };
}

/** The status if Procore refused just this; undefined for what concerns the connection, or is temporary. */
function refusalOf(error: unknown): number | undefined {
  const fault = faultIn(error);
  if (fault?.handling !== 'park' || fault.detail.effect !== 'surely-not-done') return undefined;
  return fault.kind === 'app-not-connected' || fault.kind === 'credential-rejected' ? undefined : fault.detail.status;
}

export const nameOf = ({ id, name }: EntryVendor): string => name || `Vendor ${id}`;

export const notOnProject = (vendor: EntryVendor): Cause => ({
  reason: 'vendor-not-on-project',
  subject: `vendor:${vendor.id}`,
  seen: `${nameOf(vendor)} is not in this project’s directory.`,
  needed: 'The company added to the project',
  where: 'Procore: Project → Directory → Companies → add the company',
});

const mayNotAdd = (vendor: EntryVendor, status: number): Cause => ({
  ...notOnProject(vendor),
  seen:
    status === 403
      ? `${nameOf(vendor)} is not in this project’s directory, and the sync user may not put it there.`
      : `${nameOf(vendor)} is not in this project’s directory, and Procore does not take it there (${status}).`,
  needed: 'The company added to the project by hand, or Directory: Admin for the sync user on this project',
});
