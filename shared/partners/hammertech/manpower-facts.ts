import { addDays, localDateOf, startOfDay } from '../../domain/local-dates.ts';
import type { Facts, LinkedProject, SourceFact } from '../stream.ts';
import { groupKeyOf } from './mapping.ts';
import type { SiteDiary, SiteSignIn } from './schema.ts';
import type { ManpowerSettings } from './settings.ts';

/** What decides which day and employer a HammerTech record counts for. */
export interface Grouping {
  readonly project: LinkedProject;
  /** First day that is carried. */
  readonly firstDay: string;
  readonly settings: Pick<ManpowerSettings, 'overnight'>;
  /** The employer whose crew an employer's workers count with: itself, or its parent (setting). */
  readonly crewOf: (employerId: string) => string;
}

export type SkippedReason = 'before-the-window' | 'before-the-start-date' | 'without-a-start' | 'without-a-date' | 'not-approved';

export type Reading = { readonly facts: readonly SourceFact[] } | { readonly skipped: SkippedReason };

/** Days outside the carried range keep what is known: a moved window or a later start takes nothing back. */
function leftOut(date: string, { project, firstDay }: Grouping): SkippedReason | undefined {
  if (date < firstDay) return 'before-the-window';
  return project.startDate !== null && date < project.startDate ? 'before-the-start-date' : undefined;
}

/**
 * One sign-in as facts. A stay counts as a whole for the local day it began; or (setting) split per day, up to the day after the
 * first. With that setting every sign-in has a second fact, so that a stay which turns out shorter takes its second day back;
 * without it, a stay past midnight has an empty one.
 */
export function readSignIn(signIn: SiteSignIn, grouping: Grouping): Reading {
  if (signIn.startUtc === null) return { skipped: 'without-a-start' };
  const { timeZone } = grouping.project;
  const date = localDateOf(Date.parse(signIn.startUtc), timeZone);
  const skipped = leftOut(date, grouping);
  if (skipped) return { skipped };
  const counts = !signIn.deleted && !signIn.isVisitor;
  const fact = (sourceId: string, day: string, stay: Stay | undefined): SourceFact => ({
    sourceId,
    groupKey: counts && stay ? groupKeyOf({ date: day, employerId: grouping.crewOf(signIn.employerId ?? '') }) : null,
    facts: counts && stay ? { ...stay } : {},
    // without a worker id the sign-in itself counts as one worker
    people: counts && stay ? { worker: signIn.workerId ?? signIn.id } : {},
    modifiedAt: signIn.modified,
  });
  const whole = stayOf(signIn);
  const nextDay = addDays(date, 1);
  const midnightMs = startOfDay(nextDay, timeZone);
  const splits = grouping.settings.overnight === 'split-at-midnight';
  const [first, second] = splits ? splitAt(signIn, whole, midnightMs) : [whole, undefined];
  const crosses = signIn.endUtc !== null && Date.parse(signIn.endUtc) > midnightMs;
  return { facts: [fact(signIn.id, date, first), ...(splits || crosses ? [fact(`${signIn.id}#2`, nextDay, second)] : [])] };
}

type Stay = { readonly seconds: number | null; readonly unknown: string | null };

/** Hours are known only if a person signed out by hand at a device that identifies them. */
function stayOf({ startUtc, endUtc, endKind, device }: SiteSignIn): Stay {
  if (endUtc === null || startUtc === null) return { seconds: null, unknown: 'open' };
  if (device === 'static-qr') return { seconds: null, unknown: 'static-qr' };
  if (endKind === 'automatic') return { seconds: null, unknown: 'automatic' };
  const seconds = Math.round((Date.parse(endUtc) - Date.parse(startUtc)) / 1000);
  return seconds < 0 ? { seconds: null, unknown: 'ends-before-it-starts' } : { seconds, unknown: null };
}

/** Splits a stay of known length at midnight; any other counts for its first day only. */
function splitAt({ startUtc, endUtc }: SiteSignIn, whole: Stay, midnightMs: number): readonly [Stay, Stay | undefined] {
  if (whole.seconds === null || startUtc === null || endUtc === null) return [whole, undefined];
  const beyond = Math.round((Date.parse(endUtc) - midnightMs) / 1000);
  if (beyond <= 0) return [whole, undefined];
  const seconds = whole.seconds - beyond;
  return [
    { seconds, unknown: null },
    { seconds: beyond, unknown: null },
  ];
}

/**
 * One day of the site diary as facts, one per crew; only approved diaries count (setting: the diary instead of the sign-ins).
 * `employers` are all known ones: those that the diary does not name get an empty fact.
 */
export function readDiary(diary: SiteDiary, grouping: Grouping, employers: Iterable<string>): Reading {
  const { date } = diary;
  if (date === null) return { skipped: 'without-a-date' };
  const skipped = leftOut(date, grouping);
  if (skipped) return { skipped };
  if (diary.status !== 'approved') return { skipped: 'not-approved' };
  const named = new Map<string, Facts>();
  for (const { employerId, workers, hours } of diary.employers) {
    const facts = diaryFacts(workers, hours);
    const before = named.get(employerId);
    named.set(employerId, before ? together(before, facts) : facts);
  }
  const fact = (employerId: string, facts: Facts | undefined): SourceFact => ({
    sourceId: `diary:${date}:${employerId}`,
    groupKey: facts ? groupKeyOf({ date, employerId: grouping.crewOf(employerId) }) : null,
    facts: facts ?? {},
    modifiedAt: diary.modified,
  });
  const others = [...new Set(employers)].filter((employerId) => !named.has(employerId));
  return {
    facts: [...[...named].map(([employerId, facts]) => fact(employerId, facts)), ...others.map((id) => fact(id, undefined))],
  };
}

const diaryFacts = (workers: number | null, hours: number | null): Facts => ({
  from: 'diary',
  workers: workers ?? 0,
  seconds: hours === null ? null : Math.round(hours * 3600),
  unknown: hours === null ? 'without-hours' : null,
});

/** Adds up two lines of one employer in one diary. */
const together = (one: Facts, other: Facts): Facts => ({
  from: 'diary',
  workers: Number(one['workers'] ?? 0) + Number(other['workers'] ?? 0),
  seconds: one['seconds'] === null && other['seconds'] === null ? null : Number(one['seconds']) + Number(other['seconds']),
  unknown: one['unknown'] ?? other['unknown'] ?? null,
});
