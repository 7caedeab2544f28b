import type { Comparison } from './comparison.ts';
import { clockOn, firstDayOf, projectFor, vendorFor } from './pairs.ts';
import type { BothSides, Entry, HammertechTruth } from './truth.ts';

/** One entry per project, local date and company, with the number of workers and their total hours. */
interface ExpectedEntry {
  readonly key: string;
  readonly workers: number;
  /** Hours of all workers together. */
  readonly totalHours: number;
}

/** What Procore's manpower log should show for a connection that went live at `liveAt`. */
export function reckonManpower({ hammertech, company, vendors }: BothSides, liveAt: Date): readonly ExpectedEntry[] {
  const projectOf = new Map(hammertech.projects.map((site) => [site.id, projectFor(site, company)]));
  const vendorOf = new Map(hammertech.employers.map((employer) => [employer.id, vendorFor(employer, vendors)]));
  const crews = new Map<string, { workers: Set<string>; hours: number }>();
  for (const signIn of hammertech.signIns) {
    const project = projectOf.get(signIn.projectId);
    const vendor = vendorOf.get(signIn.employerId ?? '');
    if (signIn.deleted || signIn.isVisitor || project === undefined || vendor === undefined) continue;
    const { date } = clockOn(project, signIn.startUtc);
    if (date < firstDayOf(project, liveAt)) continue;
    const key = `${project.id}|${date}|${vendor.id}`;
    const crew = crews.get(key) ?? { workers: new Set(), hours: 0 };
    crew.workers.add(signIn.workerId);
    crew.hours += knownHours(signIn);
    crews.set(key, crew);
  }
  return [...crews].map(([key, crew]) => ({ key, workers: crew.workers.size, totalHours: crew.hours }));
}

/**
 * Hours are known only if the worker signed out; those who forgot to, or used the printed code that only signs in, count without
 * hours.
 */
function knownHours({ startUtc, endUtc, endKind, device }: HammertechTruth['signIns'][number]): number {
  if (endUtc === null || endKind !== 'manual' || device === 'static-qr') return 0;
  return (Date.parse(endUtc) - Date.parse(startUtc)) / 3_600_000;
}

/** Compares the entries that our account made in Procore's ledger with the expected ones. */
export function compareManpower(expected: readonly ExpectedEntry[], entries: readonly Entry[]): Comparison {
  const there = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${entry.projectId}|${entry.date}|${entry.vendorId}`;
    there.set(key, [...(there.get(key) ?? []), entry]);
  }
  const wrong = expected.filter((each) => !there.get(each.key)?.some((entry) => isSame(each, entry)));
  const right = expected.length - wrong.length;
  return {
    source: expected.length,
    target: entries.length,
    missing: wrong.length,
    extra: entries.length - right,
    lost: expected.filter((each) => !there.has(each.key)).length,
    doubled: [...there.values()].reduce((sum, same) => sum + same.length - 1, 0),
    examples: wrong.slice(0, 5).map((each) => describe(each, there.get(each.key)?.[0])),
  };
}

/** Procore shows hours per worker with two decimals: up to workers × half a hundredth may be lost in rounding. */
function isSame(expected: ExpectedEntry, entry: Entry): boolean {
  const total = Number(entry.numHours) * (entry.numWorkers ?? 0);
  return entry.numWorkers === expected.workers && Math.abs(total - expected.totalHours) <= expected.workers * 0.005 + 1e-9;
}

const describe = (expected: ExpectedEntry, entry: Entry | undefined): string =>
  `${expected.key}: expected ${expected.workers} workers and ${expected.totalHours.toFixed(2)} h in all, ` +
  (entry === undefined ? 'nothing is there' : `there are ${entry.numWorkers} workers with ${entry.numHours} h each`);
