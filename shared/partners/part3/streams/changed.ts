import { z } from 'zod';
import { endedAt, isReadBy, readingProgress } from '../../../domain/backfill.ts';
import type { BackfillChoice } from '../../../domain/contractors.ts';
import { startOfDay } from '../../../domain/local-dates.ts';
import type { ProjectContext, Reader } from '../../stream.ts';

/**
 * Cursor of a list that is read by time of change. `newest`: all changes up to then were read; `seen`: what was read in the
 * overlap, by id. Procore counts whole seconds: a row that was read within some seconds of its change may have changed again in
 * the same second, and is read again.
 */
export const changedCursor = z.object({
  newest: z.string().nullable(),
  seen: z.record(z.string(), z.string()),
  /** Hash of the team and the source's terms: if it changes, every item is looked at again. */
  team: z.string(),
  /** Up to when files that came to Part3 were noted on their items. */
  filesUntil: z.string().nullable(),
  /** Key of the current reader. */
  reader: z.string().nullable().default(null),
  /** Where former owners stopped when another began to read, by key: what the other could not see is read from there on. */
  left: z.record(z.string(), z.string().nullable()).default({}),
  /**
   * Ids of rows that were listed and not shown: looked at again from time to time, as becoming visible may not count as a
   * change.
   */
  hidden: z.array(z.string()).default([]),
  /** Progress of the first read of all that is wanted. */
  progress: readingProgress.nullable().default(null),
});
export type ChangedCursor = z.infer<typeof changedCursor>;

/** The most owners remembered; a changed level counts as another owner. */
const rememberedAtMost = 4;

/**
 * The cursor for the current reader. A stand-in continues where the former reader stopped, since what that one could see is
 * already there. A returning owner continues where they left; a new one, or one whose level changed, reads all of it.
 */
export function turnedTo(cursor: ChangedCursor, reader: Reader | undefined): ChangedCursor {
  if (reader === undefined || cursor.reader === reader.key) return cursor;
  const { reader: before, left, newest } = cursor;
  if (before === null) return { ...cursor, reader: reader.key };
  const remembered = { ...left, ...(Object.hasOwn(left, before) ? {} : { [before]: newest }) };
  if (reader.standsIn) return { ...cursor, reader: reader.key, left: remembered };
  const { [reader.key]: own = null, ...others } = remembered;
  const kept = Object.fromEntries(Object.entries(others).slice(-rememberedAtMost));
  return { ...cursor, reader: reader.key, seen: {}, newest: own, left: kept };
}

export interface ChangedRow {
  readonly id: string;
  readonly updatedAt: string | null;
}

const settledAfterMs = 10_000;

/** How much of the past is wanted: `everythingOpen`, and all that changed at or after `sinceMs`. */
export interface Wanted {
  readonly everythingOpen: boolean;
  readonly sinceMs: number;
}

/** Without a choice, or with none of the past: what changed since the projects were linked. */
export function wantedOf({ project, nowMs }: Pick<ProjectContext, 'project' | 'nowMs'>): Wanted {
  const { backfill, createdAt, timeZone } = project;
  const linkedAtMs = Math.floor((createdAt?.getTime() ?? nowMs) / 1000) * 1000;
  if (backfill?.which === 'since') {
    return { everythingOpen: false, sinceMs: Math.min(linkedAtMs, startOfDay(backfill.since, timeZone)) };
  }
  return { everythingOpen: backfill?.which === 'open', sinceMs: linkedAtMs };
}

/** The time from which the list is read; null: all of it. */
export function readFrom({ newest }: ChangedCursor, wanted: Wanted, overlapMs: number): Date | null {
  if (newest !== null) return new Date(Date.parse(newest) - overlapMs);
  return wanted.everythingOpen ? null : new Date(wanted.sinceMs);
}

/** Rows that are not read yet, oldest change first, so that an interrupted read resumes there. */
export const unread = <Row extends ChangedRow>(rows: readonly Row[], { seen }: ChangedCursor): readonly Row[] =>
  rows
    .filter(({ id, updatedAt }) => updatedAt === null || seen[id] !== updatedAt)
    .sort((left, right) => (left.updatedAt ?? '').localeCompare(right.updatedAt ?? '') || left.id.localeCompare(right.id));

/** The cursor after some more rows, which were read at `nowMs` or later. */
export function behind(
  cursor: ChangedCursor,
  rows: readonly ChangedRow[],
  { overlapMs, nowMs }: Pick<ProjectContext, 'overlapMs' | 'nowMs'>,
): ChangedCursor {
  // a time in the future would hide every change until then
  const times = rows.flatMap(({ updatedAt }) => (updatedAt === null ? [] : [Math.min(nowMs, Date.parse(updatedAt))]));
  const newestMs = Math.max(cursor.newest === null ? 0 : Date.parse(cursor.newest), ...times);
  const keptFromMs = newestMs - overlapMs;
  const settled = rows.flatMap(({ id, updatedAt }) =>
    updatedAt !== null && nowMs - Date.parse(updatedAt) >= settledAfterMs ? [[id, updatedAt] as const] : [],
  );
  const seen = [...Object.entries(cursor.seen), ...settled].filter(([, at]) => Date.parse(at) >= keptFromMs);
  const newest = newestMs === 0 ? null : new Date(newestMs).toISOString();
  return { ...cursor, newest, seen: Object.fromEntries(seen) };
}

const hiddenAtMost = 200;

/** The cursor after rows were looked at, some of which were not shown. */
export function hiding(cursor: ChangedCursor, rows: readonly ChangedRow[], hidden: readonly string[]): ChangedCursor {
  const others = cursor.hidden.filter((id) => !rows.some((row) => row.id === id));
  return { ...cursor, hidden: [...others, ...hidden].slice(-hiddenAtMost) };
}

/** The cursor before that many rows of the first read; later reads are not counted. `choice`: what is read by. */
export function begun(cursor: ChangedCursor, rows: number, choice: BackfillChoice | null): ChangedCursor {
  const { done, ended } = cursor.progress ?? { done: 0, ended: false };
  return ended ? cursor : { ...cursor, progress: { done, of: done + rows, ended, endedBefore: null, choice } };
}

/** The cursor after that many of them. */
export const further = (cursor: ChangedCursor, rows: number): ChangedCursor =>
  cursor.progress === null || cursor.progress.ended
    ? cursor
    : { ...cursor, progress: { ...cursor.progress, done: cursor.progress.done + rows } };

/** The cursor after all of them. */
export const ended = (cursor: ChangedCursor): ChangedCursor =>
  cursor.progress === null || cursor.progress.ended ? cursor : { ...cursor, progress: { ...cursor.progress, ended: true } };

/** The cursor at the start of a later read: everything the first one led to is queued by now. */
export const endedBy = (cursor: ChangedCursor, nowMs: number): ChangedCursor =>
  cursor.progress === null ? cursor : { ...cursor, progress: endedAt(cursor.progress, nowMs) };

/** What remains under other settings: all is read again, but what was brought over by the same choice is not counted anew. */
export function anew(stored: unknown, choice: BackfillChoice | null): ChangedCursor | null {
  const progress =
    changedCursor
      .nullable()
      .catch(null)
      .parse(stored ?? null)?.progress ?? null;
  if (!progress?.ended || !isReadBy(progress, choice)) return null;
  return changedCursor.parse({ newest: null, seen: {}, team: '', filesUntil: null, progress });
}
