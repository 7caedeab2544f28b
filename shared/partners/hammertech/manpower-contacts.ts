import { faultIn } from '../../domain/faults.ts';
import { listContactOptions, listVendorOptions, type ManpowerOption } from '../../procore/operations/manpower-options.ts';
import { listVendors } from '../../procore/operations/vendors.ts';
import { foldName } from '../names.ts';
import type { ProjectContext } from '../stream.ts';
import { once } from './once.ts';

/** The vendor of an entry. The name is empty if only the id is known: a pair chosen by a person comes without one. */
export interface EntryVendor {
  readonly id: string;
  readonly name: string;
}

/** Valid `contact_id`s for the vendors of one project, and what each id turned out to mean. */
export interface ManpowerContacts {
  /** Ids to try, best first, without those that meant somebody else. `known`: the vendor has an id on this project at all. */
  idsFor(vendor: EntryVendor): Promise<{ readonly ids: readonly string[]; readonly known: boolean }>;
  /** Records the vendor that the response to a write named for this id, whether or not it was the one meant. */
  noteMeaning(vendor: EntryVendor, contactId: string, meaning: string | undefined): void;
  /**
   * Procore refused an id: the project's options are read again, unless this cycle already did, and for the other kind of id
   * too.
   */
  noteRefusal(vendor: EntryVendor): void;
  /** The project took this id after refusing another: its kind is tried first from then on. */
  noteKind(vendor: EntryVendor, contactId: string): void;
  /** The project's directory changed: its options are read again. */
  outdate(): void;
}

/** A project's options change only by hand; a stale cache shows by a refusal or by the response to the write. */
const rememberedMs = 24 * 3_600_000;

export function manpowerContacts(context: Pick<ProjectContext, 'procore' | 'project' | 'memory' | 'authors'>): ManpowerContacts {
  const { procore, project, memory, authors } = context;
  const projectId = project.procoreProjectId;
  const offering = (list: string, ask: () => Promise<readonly ManpowerOption[]>) => {
    const key = JSON.stringify(['manpower-options', list, procore.company.companyId, projectId, authors]);
    let isAskedHere = false;
    return {
      options: () =>
        memory.recall(key, rememberedMs, () => {
          isAskedHere = true;
          return ask();
        }),
      forget(): void {
        memory.forget(key);
        isAskedHere = false;
      },
      forgetOlder(): void {
        if (!isAskedHere) memory.forget(key);
      },
    };
  };
  const cards = offering('cards', () => listContactOptions(procore, projectId));
  const vendors = offering('vendors', () => listVendorOptions(procore, projectId));
  const vendorNames = once(() => readVendorNames(context));
  const misleading = new Set<string>();
  const doubted = new Set<string>();
  let takesVendorIds = false;

  /** The only card with that name; the vendors' own list is read only if that leaves a doubt. */
  async function offered(vendor: EntryVendor): Promise<readonly string[]> {
    const contacts = await cards.options();
    const card = onlyCardOf(vendor.name, contacts);
    if (card && !doubted.has(vendor.id) && !takesVendorIds) return [card.id];
    const listed = await vendors.options();
    const isListed = listed.some((option) => option.id === vendor.id);
    const name = vendor.name || (isListed ? '' : ((await vendorNames()).get(vendor.id) ?? ''));
    const ids = contactIdsFor({ id: vendor.id, name }, listed, contacts);
    return takesVendorIds ? [...ids].sort((left, right) => Number(right === vendor.id) - Number(left === vendor.id)) : ids;
  }

  function forgetOlder(): void {
    cards.forgetOlder();
    vendors.forgetOlder();
  }

  function noteRefusal(vendor: EntryVendor): void {
    doubted.add(vendor.id);
    forgetOlder();
  }

  return {
    async idsFor(vendor) {
      let ids = await offered(vendor);
      if (ids.length === 0) {
        forgetOlder();
        ids = await offered(vendor);
      }
      return { ids: ids.filter((contactId) => !misleading.has(`${vendor.id}|${contactId}`)), known: ids.length > 0 };
    },
    noteMeaning(vendor, contactId, meaning) {
      if (meaning === vendor.id) return;
      misleading.add(`${vendor.id}|${contactId}`);
      noteRefusal(vendor);
    },
    noteRefusal,
    noteKind(vendor, contactId) {
      takesVendorIds = contactId === vendor.id;
    },
    outdate() {
      cards.forget();
      vendors.forget();
    },
  };
}

function onlyCardOf(name: string, cards: readonly ManpowerOption[]): ManpowerOption | undefined {
  const folded = foldName(name);
  const [card, second] = cards.filter((option) => folded !== '' && foldName(option.name) === folded);
  return second ? undefined : card;
}

/**
 * Possible `contact_id`s for a vendor, best first: its card, which every project takes, then its own id, which some take. The
 * two kinds of id may collide: an id that the other list gives to somebody else comes last. Empty: the vendor is not on the
 * project.
 */
export function contactIdsFor(
  vendor: EntryVendor,
  vendorOptions: readonly ManpowerOption[],
  contactOptions: readonly ManpowerOption[],
): readonly string[] {
  const listed = vendorOptions.find((option) => option.id === vendor.id);
  const name = listed?.name ?? vendor.name;
  const card = onlyCardOf(name, contactOptions);
  const candidates = [
    ...(card ? [{ id: card.id, isSafe: !vendorOptions.some(({ id }) => id === card.id && id !== vendor.id) }] : []),
    ...(listed
      ? [
          {
            id: vendor.id,
            isSafe: !contactOptions.some((option) => option.id === vendor.id && foldName(option.name) !== foldName(name)),
          },
        ]
      : []),
  ];
  const ids = [...candidates.filter(({ isSafe }) => isSafe), ...candidates.filter(({ isSafe }) => !isSafe)].map(({ id }) => id);
  return [...new Set(ids)];
}

/**
 * By id. Without permission to read the directory no name is known: the record is then blocked as if its vendor were not on the
 * project.
 */
async function readVendorNames({ procore }: Pick<ProjectContext, 'procore'>): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await listVendors(procore)).map((vendor) => [vendor.id, vendor.name]));
  } catch (error) {
    if (faultIn(error)?.detail.status !== 403) throw error;
    return new Map();
  }
}
