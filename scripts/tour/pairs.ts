import type { Company, Employer, HammertechTruth, Vendor } from './truth.ts';

/**
 * Who on one side is who on the other, and which day it is there: the tour's own reckoning, which shares nothing with the product but
 * the facts of the two platforms.
 */
type Site = HammertechTruth['projects'][number];
export type ListedProject = Company['projects'][number];

export const folded = (text: string | null): string => (text ?? '').normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
export const digits = (text: string | null): string => (text ?? '').replace(/\D/g, '');

/** Procore's project of a site: by number, else by name; only one that is active. */
export function projectFor(site: Site, company: Company): ListedProject | undefined {
  const byNumber = company.projects.find((project) => site.number !== null && folded(project.number) === folded(site.number));
  const found = byNumber ?? company.projects.find((project) => folded(project.name) === folded(site.name));
  return found?.active ? found : undefined;
}

/** Procore's vendor of an employer: by registration number, else by name. */
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

/** Day and time of an instant by the clock on the wall of a project: `2026-03-09` and `07:05`. */
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

/** Making a format takes longer than a thousand uses of it. */
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

/** Whether a day lies in what the first sync of a demo carries: 30 days, and the one that has begun. */
export const isRecent = (date: string, now: Date): boolean => Date.parse(`${date}T00:00:00Z`) >= now.getTime() - 31 * dayMs;
