import { z } from 'zod';
import { readingProgress } from '../../../domain/backfill.ts';
import { startOfDay } from '../../../domain/local-dates.ts';
import type { ProjectContext, Reader } from '../../stream.ts';

/**
 * How far a list that is read by time of change has come. `newest`: all that changed until then was read; `seen`: what was read of the
 * time that is read again, by id. Procore counts whole seconds: what was read within some seconds of its change may have changed once
 * more in the same second, and is read again.
 */
export const changedCursor = z.object({
  newest: z.string().nullable(),
  seen: z.record(z.string(), z.string()),
  /** Of whom the team was made up, and the terms of the source: with others every item is looked at anew. */
  team: z.string(),
  /** Until when files that came to Part3 were noted on their items. */
  filesUntil: z.string().nullable(),
  /** Whose reading it is, by their key. */
  reader: z.string().nullable().default(null),
  /** How far owners had come when another began to read, by their keys: what the other could not see is read from there on. */
  left: z.record(z.string(), z.string().nullable()).default({}),
  /** Ids of what was listed and not shown: looked at again from time to time, as no change of theirs may tell that they can be seen. */
  hidden: z.array(z.string()).default([]),
  /** Of the first reading of all that is wanted. */
  progress: readingProgress.nullable().default(null),
});
export type ChangedCursor = z.infer<typeof changedCursor>;

/** Owners that are remembered; a level more or less makes another one. */
const rememberedAtMost = 4;

/**
 * The cursor of whoever reads now. A stand-in goes on where the reader before has come, since what that one could see is there already.
 * An owner who is back goes on where they left; one who was never there, or has another level by now, reads all of it.
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

/** What of the past is wanted: `everythingOpen`, and all that changed at or after `sinceMs`. */
export interface Wanted {
  readonly everythingOpen: boolean;
  readonly sinceMs: number;
}

/** Nobody was asked yet, or nothing of the past: what changed since the projects were linked. */
export function wantedOf({ project, nowMs }: Pick<ProjectContext, 'project' | 'nowMs'>): Wanted {
  const { backfill, createdAt, timeZone } = project;
  const linkedAtMs = Math.floor((createdAt?.getTime() ?? nowMs) / 1000) * 1000;
  if (backfill?.which === 'since') {
    return { everythingOpen: false, sinceMs: Math.min(linkedAtMs, startOfDay(backfill.since, timeZone)) };
  }
  return { everythingOpen: backfill?.which === 'open', sinceMs: linkedAtMs };
}

/** From when on the list is read; null: all of it. */
export function readFrom({ newest }: ChangedCursor, wanted: Wanted, overlapMs: number): Date | null {
  if (newest !== null) return new Date(Date.parse(newest) - overlapMs);
  return wanted.everythingOpen ? null : new Date(wanted.sinceMs);
}

/** Rows that are not read yet, oldest change first, so that a reading that is cut off goes on from there. */
export const unread = <Row extends ChangedRow>(rows: readonly Row[], { seen }: ChangedCursor): readonly Row[] =>
  rows
    .filter(({ id, updatedAt }) => updatedAt === null || seen[id] !== updatedAt)
    .sort((left, right) => (left.updatedAt ?? '').localeCompare(right.updatedAt ?? '') || left.id.localeCompare(right.id));

/** The cursor behind some more rows, that were read at `nowMs` or later. */
export function behind(
  cursor: ChangedCursor,
  rows: readonly ChangedRow[],
  { overlapMs, nowMs }: Pick<ProjectContext, 'overlapMs' | 'nowMs'>,
): ChangedCursor {
  // a moment that has not come yet would hide every change until then
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

/** The cursor behind rows that were looked at, of which some were not shown. */
export function hiding(cursor: ChangedCursor, rows: readonly ChangedRow[], hidden: readonly string[]): ChangedCursor {
  const others = cursor.hidden.filter((id) => !rows.some((row) => row.id === id));
  return { ...cursor, hidden: [...others, ...hidden].slice(-hiddenAtMost) };
}

/** The cursor before so many rows of the first reading; of a later one it counts none. */
export function begun(cursor: ChangedCursor, rows: number): ChangedCursor {
  const { done, ended } = cursor.progress ?? { done: 0, ended: false };
  return ended ? cursor : { ...cursor, progress: { done, of: done + rows, ended, endedBefore: null } };
}

/** The cursor behind so many of them. */
export const further = (cursor: ChangedCursor, rows: number): ChangedCursor =>
  cursor.progress === null || cursor.progress.ended
    ? cursor
    : { ...cursor, progress: { ...cursor.progress, done: cursor.progress.done + rows } };

/** The cursor behind all of them. */
export const ended = (cursor: ChangedCursor): ChangedCursor =>
  cursor.progress === null || cursor.progress.ended ? cursor : { ...cursor, progress: { ...cursor.progress, ended: true } };

/** The cursor at the beginning of a later reading: whatever the first one led to was queued by now. */
export const endedBy = (cursor: ChangedCursor, nowMs: number): ChangedCursor =>
  cursor.progress?.ended && cursor.progress.endedBefore === null
    ? { ...cursor, progress: { ...cursor.progress, endedBefore: new Date(nowMs).toISOString() } }
    : cursor;
