import { z } from 'zod';
import { type BackfillChoice, backfillChoice } from './contractors.ts';
import { laneTable } from './lanes.ts';

const count = z.int().min(0);

/** Some rows of a list in Procore, counted to estimate a backfill. */
const rows = z.object({
  listed: count,
  /** Without drafts: each is looked at. */
  looked: count,
  /** Those of them that are brought over, as far as the list shows. */
  items: count,
  /** Files of the items, and how many items have any. Null: the list does not show it. */
  files: count.nullable(),
  withFiles: count.nullable(),
});
type Rows = z.infer<typeof rows>;

/** One kind of item as its list showed it. */
export const tally = z.object({
  /** Rows that Procore put on the first page. */
  pageRows: count,
  /** Calls per looked-at row, in addition to the list. */
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

/** What is counted of one row. */
export interface TalliedRow {
  /** `YYYY-MM-DD`; null: Procore does not say when it changed, so it counts for every start day. */
  readonly day: string | null;
  readonly isOpen: boolean;
  readonly isDraft: boolean;
  readonly enters: boolean;
  readonly files: number | null;
}

const none: Rows = { listed: 0, looked: 0, items: 0, files: null, withFiles: null };

/** Later than any day, so it counts whatever start day is asked for. */
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
 * In Procore the pages of the list, one call per RFI, none per submittal, one per file (docs/benchmarks.md). At the partner one write
 * per item, another per item with files, three calls per file, and the looks at what is there before each round of writes.
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
  // open ones are found in the list of all rows
  const listed = choice.which === 'open' ? of.all : wanted.listed;
  const files = wanted.files ?? 0;
  return {
    items: wanted.items,
    procoreCalls: Math.max(1, Math.ceil(listed / Math.max(1, of.pageRows))) + wanted.looked * of.callsEach + files,
    partnerCalls: writesOf(wanted.items, 0) + writesOf(wanted.withFiles ?? 0, wanted.items) + 3 * files,
  };
}

/** Few records are looked at one by one before they are written; more are found in the partner's list, once for each queue of them. */
const singlyAtMost = 20;
const queueOf = 200;
const partnerPage = 100;

/** Writes of so many records, and the reads before them; `there`: how many the partner has by then. */
function writesOf(records: number, there: number): number {
  if (records <= singlyAtMost) return 2 * records;
  const queues = Array.from({ length: Math.ceil(records / queueOf) }, (_, index) => Math.max(there, index * queueOf));
  return queues.reduce((calls, listed) => calls + Math.max(1, Math.ceil(listed / partnerPage)), records);
}

const since = ({ days }: Tally, from: string): Rows =>
  Object.entries(days)
    .filter(([day]) => day >= from)
    .map(([, counted]) => counted)
    .reduce(plus, none);

/** One window of the call limit in its current state. */
export interface CallWindow {
  readonly lengthMs: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetInMs: number;
}

/**
 * The lower of the limits in Procore's documents (600 an hour, 25 in ten seconds), for accounts whose limits are not learned
 * yet.
 */
export const windowsAtFirst: readonly CallWindow[] = [
  { lengthMs: 3_600_000, limit: 600, remaining: 600, resetInMs: 3_600_000 },
  { lengthMs: 10_000, limit: 25, remaining: 25, resetInMs: 10_000 },
];

/** What a call is reckoned to take, answer and bookkeeping included, and how many calls a stream has under way at once. */
const perCallMs = 500;
const atOnce = 4;

/** How long it takes if nothing else calls, in milliseconds: as long as the limits demand, or as the calls take one after the other. */
export const durationMs = ({ procoreCalls, partnerCalls }: BackfillEffort, windows: readonly CallWindow[]): number =>
  Math.max(waitingMs(procoreCalls, windows), Math.ceil(((procoreCalls + partnerCalls) * perCallMs) / atOnce));

/**
 * How long the limits have that many calls wait in the backfill lane, in milliseconds: the rule of docs/adr/0016.
 * @onlyTests
 */
export const waitingMs = (calls: number, windows: readonly CallWindow[]): number =>
  Math.ceil(Math.max(0, ...windows.map((window) => durationIn(window, calls))));

function durationIn({ lengthMs, limit, remaining, resetInMs }: CallWindow, calls: number): number {
  const { keptBack } = laneTable.backfill;
  // the share that the lane keeps back is released as the window passes
  const freedPerMs = (keptBack * limit) / lengthMs;
  const waitFor = (wanted: number, left: number, leftMs: number) =>
    Math.min(leftMs, Math.max(0, (wanted - (left - freedPerMs * leftMs)) / freedPerMs));
  if (calls <= remaining) return waitFor(calls, remaining, resetInMs);
  const rest = calls - remaining;
  const whole = Math.ceil(rest / limit) - 1;
  return resetInMs + whole * lengthMs + waitFor(rest - whole * limit, limit, lengthMs);
}

/** How a stream's first read ends, as its cursor stores it under `progress`, durably with each page. */
export const readingEnd = z.object({
  /** Whether everything was read and queued. */
  ended: z.boolean(),
  /** A moment before which everything of the first read was queued, and nothing of later ones; null: not known yet (ISO 8601). */
  endedBefore: z.string().nullable(),
  /** The choice that was read by; absent: as an older release read. */
  choice: backfillChoice.nullish(),
});
export type ReadingEnd = Readonly<z.infer<typeof readingEnd>>;

/** The same of a source's rows. `done`: looked at, of all that are wanted. An interrupted read resumes there, and counts the rest anew. */
export const readingProgress = readingEnd.extend({ done: count, of: count });
export type ReadingProgress = Readonly<z.infer<typeof readingProgress>>;

/** The end at the start of a later read: everything the first one led to is queued by now. */
export const endedAt = <End extends ReadingEnd>(end: End, nowMs: number): End =>
  end.ended && end.endedBefore === null ? { ...end, endedBefore: new Date(nowMs).toISOString() } : end;

/** Whether it was surely read by this choice. */
export const isReadBy = ({ choice }: ReadingEnd, wanted: BackfillChoice | null): boolean =>
  choice !== undefined && isSame(choice, wanted);

const isSame = (one: BackfillChoice | null, other: BackfillChoice | null): boolean =>
  one?.which === other?.which && (one?.which !== 'since' || (other?.which === 'since' && one.since === other.since));

/** Streams that bring the past over: items, then their files. */
export const backfillStreams = ['rfis', 'submittals', 'attachments'] as const;
export type BackfillStream = (typeof backfillStreams)[number];

/** What the store knows of one of these streams. */
export interface BackfillStanding {
  readonly stream: BackfillStream;
  /** Whether a cycle of it has begun, by whatever choice. */
  readonly begun: boolean;
  /** Null: it has not read a page yet. */
  readonly end: ReadingEnd | null;
  /** Null: nothing was counted yet, or it has no source of its own to count. */
  readonly counted: Pick<ReadingProgress, 'done' | 'of'> | null;
  /** Number of known records. */
  readonly known: number;
  /** Deliveries of the first read that were never settled. */
  readonly open: number;
}

export interface BackfillProgress {
  readonly state: 'not-started' | 'running' | 'done';
  readonly streams: readonly { readonly stream: BackfillStream; readonly done: number; readonly of: number | null }[];
}

/**
 * Progress of the streams that serve the connection: what was looked at, or is known, and was settled. `choice`: the one in force;
 * what was read by another one does not count. Done only once the files are known as well, and carried.
 */
export function progressOf(standings: readonly BackfillStanding[], choice: BackfillChoice | null): BackfillProgress {
  const counts = ({ end }: BackfillStanding): boolean => end !== null && (end.choice === undefined || isSame(end.choice, choice));
  const streams = standings.map((standing) => {
    const { stream, end, known, open } = standing;
    if (stream === 'attachments') return { stream, done: known - open, of: counts(standing) && end?.ended ? known : null };
    const counted = counts(standing) ? standing.counted : null;
    return { stream, done: Math.max(0, (counted?.done ?? 0) - open), of: counted?.of ?? null };
  });
  if (!standings.some(({ begun }) => begun)) return { state: 'not-started', streams };
  const isDone = standings.every((standing) => counts(standing) && standing.end?.ended && standing.open === 0);
  return { state: isDone ? 'done' : 'running', streams };
}
