import type { Employer, SiteSignIn } from '../hammertech/records.ts';
import type { Truth } from '../hammertech/truth.ts';
import { dayIn } from '../kernel/clock.ts';
import type { World } from '../kernel/world.ts';

/** A case worth a test and where it stands now. */
export interface Case {
  case: string;
  resource: string;
  count: number;
  /** Ids of the first few. */
  ids: string[];
}

const shownIds = 5;
const minuteMs = 60_000;
const digits = (text: string | null | undefined): string => (text ?? '').replace(/\D/g, '');
const plain = (text: string): string => text.trim().toLowerCase();
const numberOf = ({ abn, ein }: Employer): string => digits(abn) || digits(ein);
const isWork = (one: SiteSignIn): boolean => !one.deleted && !one.isVisitor;
const isVisit = (one: SiteSignIn): boolean => !one.deleted && one.isVisitor;

/** Finds the special cases among a tenant's records as they are now, so that nobody has to know the seed's ids and dates. */
export function casesOf(world: World, truth: Truth): Case[] {
  const zones = new Map(truth.projects.map((project) => [project.id, project.timeZone]));
  const dayAt = (one: { projectId: string }, ms: number): string => dayIn(zones.get(one.projectId) ?? 'UTC', ms);
  const day = (one: { projectId: string }, instant: string): string => dayAt(one, Date.parse(instant));
  /** Whether it is another day so much later, or earlier. */
  const isNewDay = (one: { projectId: string }, instant: string, offMs: number): boolean =>
    day(one, instant) !== dayAt(one, Date.parse(instant) + offMs);
  const vendorIn = vendorFinder(world);
  const known = new Set(truth.employers.filter(vendorIn).map(({ id }) => id));
  const ownNames = new Set(world.companies.all().map(({ name }) => plain(name)));
  const sites = sitesOf(truth.signIns.filter(isWork));
  return [
    ...find('SiteSignIns', truth.signIns, {
      'a sign-in that nobody ended': (one) => isWork(one) && one.endUtc === null && one.device !== 'static-qr',
      'an automatic sign-out': (one) => isWork(one) && one.endKind === 'automatic',
      'a printed code that only signs in': (one) => isWork(one) && one.device === 'static-qr',
      'a shift across midnight': (one) => isWork(one) && one.endUtc !== null && day(one, one.endUtc) > day(one, one.startUtc),
      'a deleted sign-in': (one) => one.deleted,
      'a visitor from an employer': (one) => isVisit(one) && !one.companyName,
      'a visitor from a company that is no employer': (one) => isVisit(one) && Boolean(one.companyName),
      'a visitor who names no employer': (one) => isVisit(one) && one.employerId === null,
      'a visit across midnight': (one) => isVisit(one) && one.endUtc !== null && day(one, one.endUtc) > day(one, one.startUtc),
    }),
    ...find('Employers', truth.employers, {
      'an employer on two projects or more': ({ id }) => (sites.get(id)?.size ?? 0) > 1,
      'a child employer with a vendor of its own': (one) => one.parentEmployerId !== null && known.has(one.id),
      'a child employer without a vendor': (one) => one.parentEmployerId !== null && !known.has(one.id),
      "the builder's own staff": (one) => ownNames.has(plain(one.name)),
      'an employer that matches by name only': (one) => known.has(one.id) && numberOf(one) === '',
      'an employer unknown to Procore': (one) => !known.has(one.id),
    }),
    ...find('Incidents', truth.incidents, {
      'an incident with an injured person': (one) => one.injuredPersonName !== null,
      'an incident of an employer without a vendor': (one) => one.employerId !== null && !known.has(one.employerId),
      'an incident in the first minute of a day': (one) => isNewDay(one, one.occurredUtc, -minuteMs),
      'an incident in the last minute of a day': (one) => isNewDay(one, one.occurredUtc, minuteMs),
      'a deleted incident': (one) => one.deleted,
    }),
    ...find('Observations', truth.observations, {
      'a good observation': (one) => one.kind === 'positive',
      'an observation to be put right by a day': (one) => one.dueDate !== null,
      'an observation in the first minute of a day': (one) => isNewDay(one, one.observedUtc, -minuteMs),
      'an observation in the last minute of a day': (one) => isNewDay(one, one.observedUtc, minuteMs),
      'a deleted observation': (one) => one.deleted,
    }),
    ...find('SiteDiaries', truth.diaries, {
      'a diary that is still open': (one) => one.status === 'open',
      'an approved diary': (one) => one.status === 'approved',
      'a diary with a note': (one) => one.notes !== '',
    }),
  ];
}

function find<Row extends { id: string }>(resource: string, rows: readonly Row[], tests: Record<string, (row: Row) => boolean>) {
  return Object.entries(tests).map(([name, test]): Case => {
    const ids = rows.filter(test).map(({ id }) => id);
    return { case: name, resource, count: ids.length, ids: ids.slice(0, shownIds) };
  });
}

/** By number where the employer has one, else by name. */
function vendorFinder(world: World): (employer: Employer) => boolean {
  const vendors = world.vendors.all();
  const numbers = new Set(vendors.map(({ businessRegister }) => digits(businessRegister?.identifier)));
  const names = new Set(vendors.map(({ name }) => plain(name)));
  return (employer) => (numberOf(employer) === '' ? names.has(plain(employer.name)) : numbers.has(numberOf(employer)));
}

function sitesOf(signIns: readonly SiteSignIn[]): Map<string, Set<string>> {
  const sites = new Map<string, Set<string>>();
  for (const { employerId, projectId } of signIns)
    if (employerId !== null) sites.set(employerId, (sites.get(employerId) ?? new Set()).add(projectId));
  return sites;
}
