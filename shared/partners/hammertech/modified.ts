import { z } from 'zod';
import { canonicalHash } from '../../domain/canonical-json.ts';
import { addDays, windowStart } from '../../domain/local-dates.ts';
import type { ProjectContext, SourceFact, SourcePage } from '../stream.ts';

/**
 * How far a list that is read by `modifiedSince` has come. `newest`: the newest `modified` ever read; `slackMs`: how long the reading
 * took in which it was seen. Both clocks may differ: a record that changed while that reading went on has a `modified` of at least
 * `newest - slackMs`, whatever our own clock says. A moment that has not come yet is never `newest`: it would hide every change until
 * then.
 */
export const modifiedCursor = z.object({ newest: z.iso.datetime(), slackMs: z.number().min(0) });
export type ModifiedCursor = z.infer<typeof modifiedCursor>;

export const notAfter = (now: string, moment: string): string => (moment > now ? now : moment);

/** From when on to read; from nothing, what the window holds. */
export function readSince(known: ModifiedCursor | null, { overlapMs, nowMs, windowDays, project }: ProjectContext): string {
  // a local day begins up to 14 h before its date does in UTC
  if (known === null) return `${addDays(windowStart(nowMs, project.timeZone, windowDays), -1)}T00:00:00.000Z`;
  const newest = notAfter(new Date(nowMs).toISOString(), known.newest);
  return new Date(Date.parse(newest) - known.slackMs - overlapMs).toISOString();
}

/**
 * One source record of a direct stream: what it means, or why it is left out. `takenBack` names the record where that means that it
 * counts for nothing any more, whatever it was before.
 */
export type DirectReading =
  | { readonly fact: Pick<SourceFact, 'groupKey' | 'facts' | 'gone'> }
  | { readonly skipped: string; readonly takenBack?: string };

/** With whom companies were matched when it was read; where that has changed, the window is read anew, so that entries follow. */
const directCursor = modifiedCursor.extend({ vendors: z.string().default('') }).nullable();

/**
 * Changed records since the cursor, as pages of a direct stream. The list is ordered by id, so the cursor moves with its last page only;
 * a reading that was cut off starts over and finds its pages unchanged.
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
