import { agree, type Comparison, compareTold } from './comparison.ts';
import { logs, toldOf } from './daily-logs.ts';
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
}

/** Holds each stream of the modules that are on, and the pairing of projects, against the tour's own reckoning. */
export async function compareStreams(places: Places): Promise<Comparisons> {
  const { product, truth, tenant, company, connectionId } = places;
  const { modules } = await product.modules(connectionId);
  const [hammertech, vendors] = await Promise.all([truth.hammertech(tenant), truth.vendors(company.id)]);
  const sides: BothSides = { hammertech, company, vendors, now: new Date() };
  const names = ['projects', ...modules];
  const found = await Promise.all(names.map(async (name) => [name, await compareOne(name, sides, places)] as const));
  return Object.fromEntries(found);
}

async function compareOne(name: string, sides: BothSides, places: Places): Promise<Comparison> {
  const { product, truth, company, connectionId } = places;
  const log = logs[name];
  if (log) {
    const entries = await truth.logEntries(company.id, log.resource);
    return compareTold(
      log.expected(sides),
      entries.map((entry) => toldOf(log, entry)),
    );
  }
  switch (name) {
    case 'projects':
      return compareTold(reckonProjects(sides), toldOfLinks(await product.projectLinks(connectionId)));
    case 'vendors':
      return compareTold(reckonVendors(sides), toldOfEmployers(sides, await truth.employersMade()));
    case 'manpower':
      return compareManpower(reckonManpower(sides), await truth.manpower(company.id));
    default:
      throw new Error(`the tour has no reckoning of ${name}`);
  }
}

/** Compares until all streams are right, or until nothing has moved for a while. `say` is told what moves. */
export async function untilSynced(places: Places, patienceMs: number, say: (line: string) => void): Promise<Comparisons> {
  let seen = await compareStreams(places);
  let [moved, told] = [Date.now(), ''];
  for (;;) {
    const line = inShort(seen);
    if (line !== told) {
      say(`  ${line}`);
      [moved, told] = [Date.now(), line];
    }
    if (Object.values(seen).every(agree) || Date.now() - moved > patienceMs / 2) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    seen = await compareStreams(places);
  }
}

/** `manpower 120 of 252 · vendors 30 of 30`; what is there and right counts. */
const inShort = (seen: Comparisons): string =>
  Object.entries(seen)
    .map(([name, { source, missing }]) => `${name} ${source - missing} of ${source}`)
    .join(' · ');
