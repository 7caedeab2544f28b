import { faultIn } from '../../domain/faults.ts';
import { listContactOptions, listVendorOptions, type ManpowerOption } from '../../procore/operations/manpower-options.ts';
import { listVendors } from '../../procore/operations/vendors.ts';
import type { ProjectContext } from '../stream.ts';
import { foldName } from './names.ts';
import { once } from './once.ts';

/** Whose entry it is. The name is empty where only the id is known: a pair that a person chose comes without one. */
export interface EntryVendor {
  readonly id: string;
  readonly name: string;
}

/** What may stand as `contact_id` for the vendors of one project, and what each id turned out to mean. */
export interface ManpowerContacts {
  /** Ids to try, best first; those that meant somebody else are left out. `known`: whether the vendor has an id on this project at all. */
  idsFor(vendor: EntryVendor): Promise<{ readonly ids: readonly string[]; readonly known: boolean }>;
  /** An entry was answered for: under this vendor, whoever was meant. */
  noteMeaning(vendor: EntryVendor, contactId: string, meaning: string | undefined): void;
  /** The project refused the id before this one: it takes the other kind. */
  noteKind(vendor: EntryVendor, contactId: string): void;
  /** The project's directory has changed: its options are asked for anew. */
  outdate(): void;
  /** Procore refused an id: whether the vendor still has one here, asked anew. */
  isStillKnown(vendor: EntryVendor): Promise<boolean>;
}

/** Whom a project offers changes by hand only; what a memory of it gets wrong, a refusal or the answer to the write shows. */
const rememberedMs = 24 * 3_600_000;

export function manpowerContacts(context: Pick<ProjectContext, 'procore' | 'project' | 'memory' | 'authors'>): ManpowerContacts {
  const { procore, project, memory, authors } = context;
  const projectId = project.procoreProjectId;
  const key = JSON.stringify(['manpower-options', procore.company.companyId, projectId, authors]);
  let isAskedHere = false;
  const options = () =>
    memory.recall(key, rememberedMs, () => {
      isAskedHere = true;
      return Promise.all([listVendorOptions(procore, projectId), listContactOptions(procore, projectId)]);
    });
  /** Makes the next look ask anew, unless this cycle has asked already. */
  const forgetOlder = (): void => {
    if (!isAskedHere) memory.forget(key);
  };
  const vendorNames = once(() => readVendorNames(context));
  const misleading = new Set<string>();
  let workingKind: 'vendor' | 'card' | undefined;
  const kindOf = (vendor: EntryVendor, contactId: string) => (contactId === vendor.id ? 'vendor' : 'card');

  async function offered(vendor: EntryVendor): Promise<readonly string[]> {
    const [vendors, contacts] = await options();
    const { id } = vendor;
    // contact cards are known by name only
    const listed = vendors.some((option) => option.id === id);
    const name = vendor.name || (listed ? '' : ((await vendorNames()).get(id) ?? ''));
    return contactIdsFor({ id, name }, vendors, contacts);
  }

  /** As the project offers it in this cycle. */
  const offeredNow = (vendor: EntryVendor): Promise<readonly string[]> => {
    forgetOlder();
    return offered(vendor);
  };

  return {
    async idsFor(vendor) {
      const { id } = vendor;
      const remembered = await offered(vendor);
      const ids = remembered.length > 0 ? remembered : await offeredNow(vendor);
      const otherKind = (contactId: string) => Number(workingKind !== undefined && kindOf(vendor, contactId) !== workingKind);
      return {
        ids: ids.filter((contactId) => !misleading.has(`${id}|${contactId}`)).sort((a, b) => otherKind(a) - otherKind(b)),
        known: ids.length > 0,
      };
    },
    noteMeaning(vendor, contactId, meaning) {
      if (meaning === vendor.id) return;
      misleading.add(`${vendor.id}|${contactId}`);
      forgetOlder();
    },
    noteKind(vendor, contactId) {
      workingKind = kindOf(vendor, contactId);
    },
    outdate() {
      memory.forget(key);
      isAskedHere = false;
    },
    isStillKnown: async (vendor) => (await offeredNow(vendor)).length > 0,
  };
}

/**
 * Ids that may stand as `contact_id` for a vendor, best first. A project offers vendors or contacts, by a setting of its own, and the
 * two kinds of id may collide: an id that the other list gives to somebody else comes last. Empty: the vendor is not on the project.
 */
export function contactIdsFor(
  vendor: EntryVendor,
  vendorOptions: readonly ManpowerOption[],
  contactOptions: readonly ManpowerOption[],
): readonly string[] {
  const listed = vendorOptions.find((option) => option.id === vendor.id);
  const name = foldName(listed?.name ?? vendor.name);
  const named = contactOptions.filter((option) => foldName(option.name) === name);
  const [card] = named;
  const cardId = named.length === 1 && card ? card.id : undefined;
  const vendorIdIsSafe = !contactOptions.some((option) => option.id === vendor.id && foldName(option.name) !== name);
  const cardIdIsSafe = !vendorOptions.some((option) => option.id === cardId && option.id !== vendor.id);
  const safe = [...(listed && vendorIdIsSafe ? [vendor.id] : []), ...(cardId && cardIdIsSafe ? [cardId] : [])];
  const doubtful = [...(listed && !vendorIdIsSafe ? [vendor.id] : []), ...(cardId && !cardIdIsSafe ? [cardId] : [])];
  return [...new Set([...safe, ...doubtful])];
}

/** By id. Without leave to read the directory no name is known: the record then waits as one whose vendor is not on the project. */
async function readVendorNames({ procore }: Pick<ProjectContext, 'procore'>): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await listVendors(procore)).map((vendor) => [vendor.id, vendor.name]));
  } catch (error) {
    if (faultIn(error)?.detail.status !== 403) throw error;
    return new Map();
  }
}
