import { localDateOf } from '../../domain/local-dates.ts';
import { hoursPerWorker } from '../../domain/man-hours.ts';
import type { Facts, LinkedProject, Mapped, SourceFact } from '../stream.ts';
import type { SiteSignIn } from './schema.ts';

/**
 * Sign-ins → one manpower entry per project, local date of sign-in and employer (facts: steps-and-calls section 3). A worker counts
 * once a day, however often they came. Hours are known only where somebody signed out by hand: open sign-ins, automatic sign-outs and
 * static-QR sign-ins count as workers with hours unknown, and add none. Hours per worker = all known hours ÷ all workers, so that
 * Procore's product of the two is the known total. Visitors and deleted sign-ins count for nothing.
 */
export interface DayGroup {
  readonly date: string;
  /** Empty where the source does not say. */
  readonly employerId: string;
}

export const groupKeyOf = ({ date, employerId }: DayGroup): string => `${date}|${employerId}`;

export function groupOf(groupKey: string): DayGroup {
  const bar = groupKey.indexOf('|');
  return { date: groupKey.slice(0, bar), employerId: groupKey.slice(bar + 1) };
}

export type SignInReading = { readonly fact: SourceFact } | { readonly skipped: 'before-the-window' | 'without-a-start' };

/** One sign-in as a fact. What lies before the window is left as it is known: a slid window takes nothing back. */
export function readSignIn(signIn: SiteSignIn, project: LinkedProject, firstDay: string): SignInReading {
  if (signIn.startUtc === null) return { skipped: 'without-a-start' };
  const date = localDateOf(Date.parse(signIn.startUtc), project.timeZone);
  if (date < firstDay) return { skipped: 'before-the-window' };
  const counts = !signIn.deleted && !signIn.isVisitor && (project.startDate === null || date >= project.startDate);
  return {
    fact: {
      sourceId: signIn.id,
      groupKey: counts ? groupKeyOf({ date, employerId: signIn.employerId ?? '' }) : null,
      facts: counts ? staying(signIn) : {},
      // without a worker's id the sign-in itself stands for one worker
      people: counts ? { worker: signIn.workerId ?? signIn.id } : {},
      modifiedAt: signIn.modified,
    },
  };
}

function staying({ startUtc, endUtc, endKind, device }: SiteSignIn): Facts {
  if (endUtc === null || startUtc === null) return { seconds: null, unknown: 'open' };
  if (device === 'static-qr') return { seconds: null, unknown: 'static-qr' };
  if (endKind === 'automatic') return { seconds: null, unknown: 'automatic' };
  const seconds = Math.round((Date.parse(endUtc) - Date.parse(startUtc)) / 1000);
  return seconds < 0 ? { seconds: null, unknown: 'ends-before-it-starts' } : { seconds, unknown: null };
}

export interface Counterparts {
  readonly vendorOf: ReadonlyMap<string, { readonly procoreId: string; readonly procoreName: string }>;
  readonly companyNames: ReadonlyMap<string, string>;
}

/** All facts of a day and employer → the entry they mean. Without any facts: the correction of an entry to nobody. */
export function entryOf(groupKey: string, facts: readonly Facts[], counterparts: Counterparts): Mapped {
  const { date, employerId } = groupOf(groupKey);
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
  const workers = new Set(facts.map((fact) => fact['worker'])).size;
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

/** What Procore's entries can be found by. */
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
