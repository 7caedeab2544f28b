import { type Comparison, compareTold } from './comparison.ts';
import { beginningOf, logs, toldOf } from './daily-logs.ts';
import { reckonProjects, reckonVendors, toldOfEmployers, toldOfLinks } from './directories.ts';
import type { Product } from './product.ts';
import { compareManpower, reckonManpower } from './reckoning.ts';
import type { Comparisons } from './synced.ts';
import type { BothSides, Company, Truth } from './truth.ts';

/** Where the two sides of every stream are looked up. */
export interface Places {
  readonly product: Product;
  readonly truth: Truth;
  readonly tenant: string;
  readonly company: Company;
  readonly connectionId: string;
  /** When the connection went live. */
  readonly liveAt: Date;
}

/** What every HammerTech customer has is compared, whatever the product says is on. */
const always: readonly string[] = ['projects', 'manpower', 'vendors'];
/** Modules that match existing records and carry nothing. */
const withoutStream: readonly string[] = ['people'];

/** Compares what one stream has carried by now with what it should. */
type Look = () => Promise<Comparison>;

/**
 * Reads HammerTech's records and Procore's vendors once, calculates what each stream should carry, including those of further
 * modules, and how projects should be paired. Returns a function that compares that with what is there.
 */
export async function streamsAt(places: Places): Promise<() => Promise<Comparisons>> {
  const looks = await looksAt(places);
  return async () => Object.fromEntries(await Promise.all(looks.map(async ([name, look]) => [name, await look()] as const)));
}

async function looksAt(places: Places): Promise<readonly (readonly [string, Look])[]> {
  const { product, truth, tenant, company, connectionId } = places;
  const { modules } = await product.modules(connectionId);
  const [hammertech, vendors] = await Promise.all([truth.hammertech(tenant), truth.vendors(company.id)]);
  const sides: BothSides = { hammertech, company, vendors };
  const names = new Set([...always, ...modules.filter((name) => !withoutStream.includes(name))]);
  return [...names].map((name) => [name, lookAt(name, sides, places)] as const);
}

function lookAt(name: string, sides: BothSides, { product, truth, company, connectionId, liveAt }: Places): Look {
  const log = logs[name];
  if (log) {
    return async () => {
      const entries = await truth.logEntries(company.id, log.resource);
      return compareTold(
        log.expected(sides, beginningOf(entries, new Date())),
        entries.map((entry) => toldOf(log, entry)),
      );
    };
  }
  switch (name) {
    case 'projects': {
      const expected = reckonProjects(sides);
      return async () => compareTold(expected, toldOfLinks(await product.projectLinks(connectionId)));
    }
    case 'vendors': {
      const expected = reckonVendors(sides);
      return async () => compareTold(expected, toldOfEmployers(sides, await truth.employersMade()));
    }
    case 'manpower': {
      const expected = reckonManpower(sides, liveAt);
      return async () => compareManpower(expected, await truth.manpower(company.id));
    }
    default:
      throw new Error(`the tour has no reckoning of ${name}`);
  }
}
