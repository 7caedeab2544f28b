import { hoursPerWorker } from '../../domain/man-hours.ts';
import { foldName } from '../names.ts';
import type { Facts, Mapped } from '../stream.ts';
import type { ManpowerSettings } from './settings.ts';

/**
 * Sign-ins → one manpower entry per project, local date of sign-in and employer (facts: steps-and-calls section 3). A worker
 * counts once a day, however often they came. Hours are known only if a person signed out by hand: open sign-ins, automatic
 * sign-outs and static-QR sign-ins count as workers with unknown hours, and add none. Hours per worker = all known hours ÷ all
 * workers, so that Procore's product of the two is the known total. Visitors and deleted sign-ins do not count.
 */
export interface DayGroup {
  readonly date: string;
  /** Empty if the source does not say. */
  readonly employerId: string;
}

export const groupKeyOf = ({ date, employerId }: DayGroup): string => `${date}|${employerId}`;

export function groupOf(groupKey: string): DayGroup {
  const bar = groupKey.indexOf('|');
  return { date: groupKey.slice(0, bar), employerId: groupKey.slice(bar + 1) };
}

export interface Counterparts {
  readonly vendorOf: ReadonlyMap<string, { readonly procoreId: string; readonly procoreName: string }>;
  readonly companyNames: ReadonlyMap<string, string>;
  /** The builder itself; null if its name is not known. */
  readonly ownCompanyName: string | null;
}

/** All facts of a day and employer → the entry they mean. Without facts: a correction to zero workers. */
export function entryOf(
  groupKey: string,
  known: readonly Facts[],
  counterparts: Counterparts,
  settings: Pick<ManpowerSettings, 'source' | 'ownStaff'>,
): Mapped {
  const { date, employerId } = groupOf(groupKey);
  const facts = ofOneSource(known, settings.source);
  if (employerId === '') {
    return blocked(
      groupKey,
      'source-incomplete',
      'employer:none',
      'Sign-ins name no employer.',
      'The employer of each sign-in',
      'HammerTech → Site sign-ins',
    );
  }
  const vendor = counterparts.vendorOf.get(employerId);
  if (!vendor) {
    const name = counterparts.companyNames.get(employerId) ?? employerId;
    const where = 'On the connection’s page: Matching; or in Procore: Company Tools → Directory → Companies';
    return blocked(
      groupKey,
      'unmatched-company',
      `employer:${employerId}`,
      `${name} has no vendor in Procore.`,
      `A vendor for ${name}`,
      where,
    );
  }
  if (settings.ownStaff === 'skip' && isOwn(vendor.procoreName, counterparts)) {
    return { kind: 'nothing', naturalKey: groupKey, why: 'own staff: their hours are on timecards' };
  }
  const workers = workersIn(facts);
  const knownSeconds = facts.reduce((sum, { seconds }) => sum + (typeof seconds === 'number' ? seconds : 0), 0);
  const unknown = facts.filter((fact) => fact['unknown'] !== null).length;
  return {
    kind: 'record',
    record: {
      naturalKey: groupKey,
      searchKey: searchKeyOf(date, vendor.procoreId),
      fields: { date, vendorId: vendor.procoreId, workers, hours: hoursPerWorker(knownSeconds, workers) },
      address: {
        vendorName: vendor.procoreName,
        label: `${vendor.procoreName || `vendor ${vendor.procoreId}`} on ${date}`,
        screen: `Procore: Project → Daily Log → ${date} → Manpower`,
        ...(unknown > 0 && { signInsWithUnknownHours: String(unknown) }),
      },
      empty: workers === 0,
    },
  };
}

/** Never adds sign-ins and the diary: the chosen source counts, and the other only for days the chosen one does not cover. */
function ofOneSource(facts: readonly Facts[], source: ManpowerSettings['source']): readonly Facts[] {
  const chosen = facts.filter(({ from }) => (from === 'diary') === (source === 'site-diary'));
  return chosen.length > 0 ? chosen : facts;
}

/** Distinct workers of sign-ins, plus the number that the diary gives. */
function workersIn(facts: readonly Facts[]): number {
  const counted = facts.reduce((sum, { workers }) => sum + (typeof workers === 'number' ? workers : 0), 0);
  return counted + new Set(facts.flatMap(({ worker }) => worker ?? [])).size;
}

const isOwn = (vendorName: string, { ownCompanyName }: Counterparts): boolean =>
  ownCompanyName !== null && foldName(vendorName) === foldName(ownCompanyName);

/** Search key of Procore's entries. */
export const searchKeyOf = (date: string, vendorId: string): string => `${date}|${vendorId}`;

function blocked(
  naturalKey: string,
  reason: 'source-incomplete' | 'unmatched-company',
  subject: string,
  seen: string,
  needed: string,
  where: string,
): Mapped {
  return { kind: 'blocked', naturalKey, reason, subject, seen, needed, where };
}
