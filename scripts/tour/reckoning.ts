import type { Company, Entry, HammertechTruth } from './truth.ts';

/**
 * The tour's own reckoning of what Procore should show: one entry per project, local date and company, with the number of workers
 * and the hours of all of them together. It shares nothing with the product but the facts of the two platforms.
 */
export interface ExpectedEntry {
  readonly key: string;
  readonly workers: number;
  /** Hours of all workers together. */
  readonly totalHours: number;
}

/** Zones of the demo projects: Procore's own names, as its documentation lists them. */
const zones: Readonly<Record<string, string>> = {
  Sydney: 'Australia/Sydney',
  'Pacific Time (US & Canada)': 'America/Los_Angeles',
  'Eastern Time (US & Canada)': 'America/New_York',
  London: 'Europe/London',
};

export interface Vendor {
  readonly id: string;
  readonly name: string;
  readonly register: string | null;
}

const folded = (text: string | null): string => (text ?? '').normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
const digits = (text: string | null): string => (text ?? '').replace(/\D/g, '');

export function reckon(
  truth: HammertechTruth,
  company: Company,
  vendors: readonly Vendor[],
  today: Date,
): readonly ExpectedEntry[] {
  const projectOf = new Map(truth.projects.map((site) => [site.id, counterpart(site, company)]));
  const vendorOf = new Map(truth.employers.map((employer) => [employer.id, vendorFor(employer, vendors)]));
  const crews = new Map<string, { workers: Set<string>; hours: number }>();
  for (const signIn of truth.signIns) {
    const project = projectOf.get(signIn.projectId);
    const vendor = vendorOf.get(signIn.employerId);
    if (signIn.deleted || signIn.isVisitor || !project?.active || vendor === undefined) continue;
    const date = localDate(signIn.startUtc, zones[project.timeZone ?? '']);
    if (Date.parse(`${date}T00:00:00Z`) < today.getTime() - 31 * 86_400_000) continue;
    const key = `${project.id}|${date}|${vendor.id}`;
    const crew = crews.get(key) ?? { workers: new Set(), hours: 0 };
    crew.workers.add(signIn.workerId);
    crew.hours += knownHours(signIn);
    crews.set(key, crew);
  }
  return [...crews].map(([key, crew]) => ({ key, workers: crew.workers.size, totalHours: crew.hours }));
}

/** Hours are known only where the worker signed out; who forgot to, or used the printed code that only signs in, counts without. */
function knownHours({ startUtc, endUtc, endKind, device }: HammertechTruth['signIns'][number]): number {
  if (endUtc === null || endKind !== 'manual' || device === 'static-qr') return 0;
  return (Date.parse(endUtc) - Date.parse(startUtc)) / 3_600_000;
}

function counterpart(site: HammertechTruth['projects'][number], company: Company): Company['projects'][number] | undefined {
  const byNumber = company.projects.find((project) => site.number !== null && folded(project.number) === folded(site.number));
  return byNumber ?? company.projects.find((project) => folded(project.name) === folded(site.name));
}

function vendorFor(employer: HammertechTruth['employers'][number], vendors: readonly Vendor[]): Vendor | undefined {
  const register = digits(employer.abn) || digits(employer.ein);
  const byRegister = register === '' ? undefined : vendors.find((vendor) => digits(vendor.register) === register);
  return byRegister ?? vendors.find((vendor) => folded(vendor.name) === folded(employer.name));
}

function localDate(utc: string, zone: string | undefined): string {
  if (zone === undefined) throw new Error('a demo project has a zone the tour does not know');
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(utc));
}

export interface Comparison {
  readonly source: number;
  readonly target: number;
  /** Expected, but not there, or there with other numbers. */
  readonly missing: number;
  /** There, but not expected so. */
  readonly extra: number;
  /** Expected keys with no entry at all. */
  readonly lost: number;
  /** Entries beyond the first of one key. */
  readonly doubled: number;
  readonly examples: readonly string[];
}

/** Holds what Procore's ledger has by our account against what the reckoning says. */
export function compare(expected: readonly ExpectedEntry[], entries: readonly Entry[]): Comparison {
  const there = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${entry.projectId}|${entry.date}|${entry.vendorId}`;
    there.set(key, [...(there.get(key) ?? []), entry]);
  }
  const wrong = expected.filter((each) => !there.get(each.key)?.some((entry) => agrees(each, entry)));
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

/** Procore shows hours per worker with two decimals: workers × half a hundredth may be lost in rounding. */
function agrees(expected: ExpectedEntry, entry: Entry): boolean {
  const total = Number(entry.numHours) * (entry.numWorkers ?? 0);
  return entry.numWorkers === expected.workers && Math.abs(total - expected.totalHours) <= expected.workers * 0.005 + 1e-9;
}

const describe = (expected: ExpectedEntry, entry: Entry | undefined): string =>
  `${expected.key}: expected ${expected.workers} workers and ${expected.totalHours.toFixed(2)} h in all, ` +
  (entry === undefined ? 'nothing is there' : `there are ${entry.numWorkers} workers with ${entry.numHours} h each`);
