import type { Company, Employer, HammertechTruth, Vendor } from './truth.ts';

/**
 * Which record on one side is which on the other, and which day it is there: the tour's own calculation, which shares nothing
 * with the product but the facts of the two platforms.
 */
type Site = HammertechTruth['projects'][number];
export type ListedProject = Company['projects'][number];

export const folded = (text: string | null): string => (text ?? '').normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
export const digits = (text: string | null): string => (text ?? '').replace(/\D/g, '');

/** Procore's project for a site: by number, else by name; only if active. */
export function projectFor(site: Site, company: Company): ListedProject | undefined {
  const byNumber = company.projects.find((project) => site.number !== null && folded(project.number) === folded(site.number));
  const found = byNumber ?? company.projects.find((project) => folded(project.name) === folded(site.name));
  return found?.active ? found : undefined;
}

/** Procore's vendor for an employer: by registration number, else by name. */
export function vendorFor(employer: Employer, vendors: readonly Vendor[]): Vendor | undefined {
  const register = digits(employer.abn) || digits(employer.ein);
  const byRegister = register === '' ? undefined : vendors.find((vendor) => digits(vendor.register) === register);
  return byRegister ?? vendors.find((vendor) => folded(vendor.name) === folded(employer.name));
}

/** Zones of the demo projects: Procore's own names, as its documentation lists them. */
const zones: Readonly<Record<string, string>> = {
  Sydney: 'Australia/Sydney',
  'Pacific Time (US & Canada)': 'America/Los_Angeles',
  'Eastern Time (US & Canada)': 'America/New_York',
  London: 'Europe/London',
};

/** Local day and time of an instant at a project: `2026-03-09` and `07:05`. */
export function clockOn(project: ListedProject, utc: string): { readonly date: string; readonly time: string } {
  const timeZone = zones[project.timeZone ?? ''];
  if (timeZone === undefined) throw new Error('a demo project has a zone the tour does not know');
  const { dates, times } = clocks.get(timeZone) ?? newClock(timeZone);
  const at = new Date(utc);
  return { date: dates.format(at), time: times.format(at) };
}

interface Clock {
  readonly dates: Intl.DateTimeFormat;
  readonly times: Intl.DateTimeFormat;
}

/** Creating a format takes longer than a thousand uses of it. */
const clocks = new Map<string, Clock>();

function newClock(timeZone: string): Clock {
  const clock = {
    dates: new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }),
    times: new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }),
  };
  clocks.set(timeZone, clock);
  return clock;
}

const dayMs = 86_400_000;
const windowDays = 30;

const daysBefore = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);

/**
 * First day of a project that a demo carries: 30 days before its stream began, in the project's own calendar. What was carried
 * stays, so the day does not depend on when it is asked for.
 */
export const firstDayOf = (project: ListedProject, beganAt: Date): string =>
  daysBefore(clockOn(project, beganAt.toISOString()).date, windowDays);

/**
 * Whether HammerTech lists a record: its lists are queried for what has changed since the day before the first day, in UTC, which
 * is early enough for every zone.
 */
export const isTold = (project: ListedProject, { modified }: { readonly modified: string }, beganAt: Date): boolean =>
  Date.parse(modified) >= Date.parse(`${daysBefore(firstDayOf(project, beganAt), 1)}T00:00:00Z`);
