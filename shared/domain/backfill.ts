import { z } from 'zod';
import type { BackfillChoice } from './contractors.ts';
import { laneTable } from './lanes.ts';

const count = z.int().min(0);

/** Some rows of a list in Procore, counted for what bringing them over costs. */
const rows = z.object({
  listed: count,
  /** Not drafts: each is looked at. */
  looked: count,
  /** Of these, those that come over as far as the list tells. */
  items: count,
  /** Of the items: their files, and how many have any. Null: the list does not tell. */
  files: count.nullable(),
  withFiles: count.nullable(),
});
type Rows = z.infer<typeof rows>;

/** One kind of item as its list showed it. */
export const tally = z.object({
  /** Rows that Procore put on the first page. */
  pageRows: count,
  /** Calls that each looked-at row costs beside the list. */
  callsEach: count,
  all: count,
  open: rows,
  /** By the day of the last change, in the project's zone. */
  days: z.record(z.string(), rows),
});
export type Tally = z.infer<typeof tally>;

/** What a project held when it was counted. Null: the module is off. */
export const backfillSurvey = z.object({ rfis: tally.nullable(), submittals: tally.nullable() });
export type BackfillSurvey = Readonly<z.infer<typeof backfillSurvey>>;

/** What of one row is counted. */
export interface TalliedRow {
  /** `YYYY-MM-DD`; null: Procore does not say when it changed, so that no day leaves it out. */
  readonly day: string | null;
  readonly isOpen: boolean;
  readonly isDraft: boolean;
  readonly enters: boolean;
  readonly files: number | null;
}

const none: Rows = { listed: 0, looked: 0, items: 0, files: null, withFiles: null };

/** Later than any day, so that it counts whatever day is asked for. */
const undated = '9999-12-31';

export function tallyOf(pages: readonly (readonly TalliedRow[])[], callsEach: number): Tally {
  const all = pages.flat();
  const days: Record<string, Rows> = {};
  for (const row of all) {
    const day = row.day ?? undated;
    days[day] = plus(days[day] ?? none, rowsOf(row));
  }
  const open = all.filter(({ isOpen, isDraft }) => isOpen && !isDraft);
  return { pageRows: pages[0]?.length ?? 0, callsEach, all: all.length, open: open.map(rowsOf).reduce(plus, none), days };
}

function rowsOf({ isDraft, enters, files }: TalliedRow): Rows {
  if (isDraft) return { ...none, listed: 1 };
  const item = enters ? 1 : 0;
  if (files === null) return { ...none, listed: 1, looked: 1, items: item };
  return { listed: 1, looked: 1, items: item, files: item * files, withFiles: item && files > 0 ? 1 : 0 };
}

const plus = (one: Rows, other: Rows): Rows => ({
  listed: one.listed + other.listed,
  looked: one.looked + other.looked,
  items: one.items + other.items,
  files: sum(one.files, other.files),
  withFiles: sum(one.withFiles, other.withFiles),
});

const sum = (one: number | null, other: number | null): number | null =>
  one === null && other === null ? null : (one ?? 0) + (other ?? 0);

/** What a choice brings over, and what that costs. */
export interface BackfillEffort {
  readonly items: { readonly rfis: number; readonly submittals: number };
  readonly procoreCalls: number;
  readonly partnerCalls: number;
}

/**
 * By the formulas of the least calls (docs/benchmarks.md): the pages of the list, one call for each RFI, none for a submittal, one for
 * each file. At the partner a look and a write for each item, and for one with files another write, and three calls for each file.
 */
export function effortOf({ rfis, submittals }: BackfillSurvey, choice: BackfillChoice): BackfillEffort {
  const [ofRfis, ofSubmittals] = [costOf(rfis, choice), costOf(submittals, choice)];
  return {
    items: { rfis: ofRfis.items, submittals: ofSubmittals.items },
    procoreCalls: ofRfis.procoreCalls + ofSubmittals.procoreCalls,
    partnerCalls: ofRfis.partnerCalls + ofSubmittals.partnerCalls,
  };
}

const nothing = { items: 0, procoreCalls: 0, partnerCalls: 0 };

function costOf(of: Tally | null, choice: BackfillChoice): typeof nothing {
  if (of === null || choice.which === 'none') return nothing;
  const wanted = choice.which === 'open' ? of.open : since(of, choice.since);
  // open ones are found in the list of all
  const listed = choice.which === 'open' ? of.all : wanted.listed;
  const files = wanted.files ?? 0;
  return {
    items: wanted.items,
    procoreCalls: Math.max(1, Math.ceil(listed / Math.max(1, of.pageRows))) + wanted.looked * of.callsEach + files,
    partnerCalls: 2 * wanted.items + (wanted.withFiles ?? 0) + 3 * files,
  };
}

const since = ({ days }: Tally, from: string): Rows =>
  Object.entries(days)
    .filter(([day]) => day >= from)
    .map(([, counted]) => counted)
    .reduce(plus, none);

/** One window of calls as it stands now. */
export interface CallWindow {
  readonly lengthMs: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetInMs: number;
}

/** The lower of what Procore's documents show (600 an hour, 25 in ten seconds): for whom nobody has learned the limits yet. */
export const windowsAtFirst: readonly CallWindow[] = [
  { lengthMs: 3_600_000, limit: 600, remaining: 600, resetInMs: 3_600_000 },
  { lengthMs: 10_000, limit: 25, remaining: 25, resetInMs: 10_000 },
];

/** How long so many calls take in the lane of backfills where nothing else asks, in milliseconds: the rule of docs/adr/0016. */
export const durationMs = (calls: number, windows: readonly CallWindow[]): number =>
  Math.ceil(Math.max(0, ...windows.map((window) => durationIn(window, calls))));

function durationIn({ lengthMs, limit, remaining, resetInMs }: CallWindow, calls: number): number {
  const { keptBack } = laneTable.backfill;
  // what the lane keeps back comes free as the window goes by
  const freedPerMs = (keptBack * limit) / lengthMs;
  const waitFor = (wanted: number, left: number, leftMs: number) =>
    Math.min(leftMs, Math.max(0, (wanted - (left - freedPerMs * leftMs)) / freedPerMs));
  if (calls <= remaining) return waitFor(calls, remaining, resetInMs);
  const rest = calls - remaining;
  const whole = Math.ceil(rest / limit) - 1;
  return resetInMs + whole * lengthMs + waitFor(rest - whole * limit, limit, lengthMs);
}

/**
 * How far a stream has come with its first reading of a source, as its cursor keeps it under `progress`, durably with each page. `done`:
 * rows looked at, of all that are wanted. A reading that is cut off goes on from there, and counts what is left anew.
 */
export const readingProgress = z.object({
  done: count,
  of: count,
  /** All pages were read. */
  ended: z.boolean(),
  /** A moment before which everything of the first reading was queued, and nothing of later ones; null: not known yet (ISO 8601). */
  endedBefore: z.string().nullable(),
});
export type ReadingProgress = Readonly<z.infer<typeof readingProgress>>;

/** Streams that bring the past over: items, and their files behind them. */
export const backfillStreams = ['rfis', 'submittals', 'attachments'] as const;
export type BackfillStream = (typeof backfillStreams)[number];

/** What the store knows of one of them. */
export interface BackfillStanding {
  readonly stream: BackfillStream;
  /** Null: the stream has not read yet, or reads nothing of its own. */
  readonly progress: ReadingProgress | null;
  /** Records that are known. */
  readonly known: number;
  /** Deliveries of the first reading that are on their way still. */
  readonly open: number;
}

export interface BackfillProgress {
  readonly state: 'not-started' | 'running' | 'done';
  readonly streams: readonly { readonly stream: BackfillStream; readonly done: number; readonly of: number | null }[];
}

/** Of the streams that serve the connection: how much was looked at, or known, and has nothing on its way any more. */
export function progressOf(standings: readonly BackfillStanding[]): BackfillProgress {
  const streams = standings.map(({ stream, progress, known, open }) => {
    if (stream === 'attachments') return { stream, done: known - open, of: known === 0 ? null : known };
    return { stream, done: Math.max(0, (progress?.done ?? 0) - open), of: progress?.of ?? null };
  });
  const readers = standings.filter(({ stream }) => stream !== 'attachments');
  if (readers.every(({ progress }) => progress === null)) return { state: 'not-started', streams };
  const isDone = readers.every(({ progress }) => progress?.ended === true) && standings.every(({ open }) => open === 0);
  return { state: isDone ? 'done' : 'running', streams };
}
