import { z } from 'zod';
import { addDays, windowStart } from '../../domain/local-dates.ts';
import type { ProjectContext, SourceFact, SourcePage } from '../stream.ts';
import type { HammertechClient } from './client.ts';
import { readSignIn } from './mapping.ts';

/**
 * `newest`: the newest `modified` ever read; `slackMs`: how long the reading took in which it was seen. Both clocks may differ: a
 * record that changed while that reading went on has a `modified` of at least `newest - slackMs`, whatever our own clock says.
 * A moment that has not come yet is never `newest`: it would hide every change until then.
 */
const cursorShape = z.object({ newest: z.iso.datetime(), slackMs: z.number().min(0) }).nullable();
type Cursor = z.infer<typeof cursorShape>;

/**
 * Changed sign-ins since the cursor, minus overlap and slack; from nothing, those of the window. The list is ordered by id, so the
 * cursor moves with its last page only; a reading that was cut off starts over and finds its pages unchanged.
 */
export async function* pullSignIns(context: ProjectContext, cursor: unknown): AsyncGenerator<SourcePage> {
  const { project, overlapMs, windowDays, nowMs } = context;
  const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
  const known = cursorShape.catch(null).parse(cursor ?? null);
  const firstDay = windowStart(nowMs, project.timeZone, windowDays);
  const startedMs = performance.now();
  const now = new Date(nowMs).toISOString();
  let newest = known && notAfter(now, known.newest);
  for await (const page of client.signIns({
    projectId: project.partnerProjectId,
    modifiedSince: since(known && { ...known, newest: newest ?? known.newest }, overlapMs, firstDay),
  })) {
    const facts: SourceFact[] = [];
    const skipped: Record<string, number> = {};
    for (const signIn of page) {
      const reading = readSignIn(signIn, project, firstDay);
      if ('fact' in reading) facts.push(reading.fact);
      else skipped[reading.skipped] = (skipped[reading.skipped] ?? 0) + 1;
      if (signIn.modified !== null && (newest === null || signIn.modified > newest)) newest = notAfter(now, signIn.modified);
    }
    yield { facts, cursor: known, skipped };
  }
  if (newest !== null && newest !== known?.newest) {
    yield { facts: [], cursor: { newest, slackMs: Math.ceil(performance.now() - startedMs) } };
  }
}

const notAfter = (now: string, moment: string): string => (moment > now ? now : moment);

function since(known: Cursor, overlapMs: number, firstDay: string): string {
  // a local day begins up to 14 h before its date does in UTC
  if (known === null) return `${addDays(firstDay, -1)}T00:00:00.000Z`;
  return new Date(Date.parse(known.newest) - known.slackMs - overlapMs).toISOString();
}
