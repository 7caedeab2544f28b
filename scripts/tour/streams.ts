import { agree, type Comparison, compareTold } from './comparison.ts';
import { beginningOf, logs, toldOf } from './daily-logs.ts';
import { reckonProjects, reckonVendors, toldOfEmployers, toldOfLinks } from './directories.ts';
import type { Product } from './product.ts';
import { compareManpower, reckonManpower } from './reckoning.ts';
import type { BothSides, Company, Truth } from './truth.ts';

export type Comparisons = Readonly<Record<string, Comparison>>;

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

/** What every customer of HammerTech has is looked at, whatever the product says is on. */
const always: readonly string[] = ['projects', 'manpower', 'vendors'];
/** Modules that match what is there and carry nothing. */
const withoutStream: readonly string[] = ['people'];

/** Compares what one stream has carried by now with what it should. */
type Look = () => Promise<Comparison>;

/**
 * Looks up HammerTech's records and Procore's vendors once, reckons what each stream should carry, those of further modules too, and how
 * projects should be paired, and compares with what is there until all of it is right, or until nothing has moved for a while. `say` is
 * told what moves.
 */
export async function untilSynced(places: Places, patienceMs: number, say: (line: string) => void): Promise<Comparisons> {
  const looks = await looksAt(places);
  let [moved, counted, told] = [Date.now(), '', ''];
  for (;;) {
    const seen = Object.fromEntries(await Promise.all(looks.map(async ([name, look]) => [name, await look()] as const)));
    // what comes and is wrong moves too
    const counts = JSON.stringify(Object.values(seen).map(({ target, missing, extra }) => [target, missing, extra]));
    if (counts !== counted) [moved, counted] = [Date.now(), counts];
    const line = inShort(seen);
    if (line !== told) say(`  ${line}`);
    told = line;
    if (Object.values(seen).every(agree) || Date.now() - moved > patienceMs / 2) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
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

/** `manpower 120 of 252 · vendors 30 of 30`; what is there and right counts. */
const inShort = (seen: Comparisons): string =>
  Object.entries(seen)
    .map(([name, { source, missing }]) => `${name} ${source - missing} of ${source}`)
    .join(' · ');
