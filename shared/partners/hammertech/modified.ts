import { z } from 'zod';
import { canonicalHash } from '../../domain/canonical-json.ts';
import { addDays, windowStart } from '../../domain/local-dates.ts';
import type { ProjectContext, SourceFact, SourcePage } from '../stream.ts';

/**
 * Cursor of a list that is read by `modifiedSince`. `newest`: the newest `modified` ever read; `slackMs`: duration of the read
 * that saw it. The two clocks may differ: a record that changed during that read has a `modified` of at least `newest -
 * slackMs`, whatever our own clock says. A time in the future is never `newest`: it would hide every change until then.
 */
export const modifiedCursor = z.object({ newest: z.iso.datetime(), slackMs: z.number().min(0) });
export type ModifiedCursor = z.infer<typeof modifiedCursor>;

export const notAfter = (now: string, moment: string): string => (moment > now ? now : moment);

/** The time to read from; without a cursor, the start of the window. */
export function readSince(known: ModifiedCursor | null, { overlapMs, nowMs, windowDays, project }: ProjectContext): string {
  // a local day begins up to 14 h before its date does in UTC
  if (known === null) return `${addDays(windowStart(nowMs, project.timeZone, windowDays), -1)}T00:00:00.000Z`;
  const newest = notAfter(new Date(nowMs).toISOString(), known.newest);
  return new Date(Date.parse(newest) - known.slackMs - overlapMs).toISOString();
}

/**
 * The result of one source record in a direct stream: a fact, or why it is left out. `takenBack` names the record if it no
 * longer counts for anything, whatever it was before.
 */
export type DirectReading =
  | { readonly fact: Pick<SourceFact, 'groupKey' | 'facts' | 'gone'> }
  | { readonly skipped: string; readonly takenBack?: string };

/** `vendors`: hash of the company matching at that read; if it changed, the window is read again, so that entries follow. */
const directCursor = modifiedCursor.extend({ vendors: z.string().default('') }).nullable();

/**
 * Changed records since the cursor, as pages of a direct stream. The list is ordered by id, so the cursor moves only with its
 * last page; an interrupted read starts over and finds its pages unchanged.
 */
export async function* pullModified<Row extends { readonly id: string; readonly modified: string | null }>(
  context: ProjectContext,
  cursor: unknown,
  list: (modifiedSince: string) => AsyncIterable<readonly Row[]>,
  read: (row: Row) => DirectReading,
): AsyncGenerator<SourcePage> {
  const vendors = canonicalHash([...context.vendorOf].map(([employerId, { procoreId }]) => [employerId, procoreId]).sort());
  const stored = directCursor.catch(null).parse(cursor ?? null);
  const known = stored?.vendors === vendors ? stored : null;
  const startedMs = performance.now();
  const now = new Date(context.nowMs).toISOString();
  let newest = known && notAfter(now, known.newest);
  for await (const page of list(readSince(known, context))) {
    const facts: SourceFact[] = [];
    const skipped: Record<string, number> = {};
    const takenBack: string[] = [];
    for (const row of page) {
      const reading = read(row);
      if ('fact' in reading) facts.push({ sourceId: row.id, modifiedAt: row.modified, ...reading.fact });
      else {
        skipped[reading.skipped] = (skipped[reading.skipped] ?? 0) + 1;
        if (reading.takenBack !== undefined) takenBack.push(reading.takenBack);
      }
      if (row.modified !== null && (newest === null || row.modified > newest)) newest = notAfter(now, row.modified);
    }
    yield { facts, cursor: stored, skipped, takenBack };
  }
  if (newest !== null && (newest !== known?.newest || stored?.vendors !== vendors)) {
    yield { facts: [], cursor: { newest, slackMs: Math.ceil(performance.now() - startedMs), vendors } };
  }
}
