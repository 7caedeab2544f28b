import { z } from 'zod';
import { canonicalHash } from '../../domain/canonical-json.ts';
import { windowStart } from '../../domain/local-dates.ts';
import type { ProjectContext, SourceFact, SourcePage } from '../stream.ts';
import type { HammertechClient } from './client.ts';
import { crewsByEmployer } from './crews.ts';
import { type Grouping, type Reading, readDiary, readSignIn } from './manpower-facts.ts';
import { modifiedCursor, notAfter, readSince } from './modified.ts';
import type { ManpowerSettings } from './settings.ts';

/**
 * `crews`: hash of the crews at that read; if they changed, the window is read again, so that workers move to their current
 * crew.
 */
const cursorShape = modifiedCursor.extend({ crews: z.string().default('') }).nullable();

/**
 * Changed sign-ins (or approved diaries) since the cursor, minus overlap and slack; without a cursor, those of the window. The
 * list is ordered by id, so the cursor moves only with its last page; an interrupted read starts over and finds its pages
 * unchanged.
 */
export async function* pullManpower(
  context: ProjectContext,
  settings: ManpowerSettings,
  cursor: unknown,
): AsyncGenerator<SourcePage> {
  const { project, windowDays, nowMs } = context;
  const client = context.partnerClient as HammertechClient; // the partner's own client, as its `connect` made it
  const parents = settings.childEmployers === 'parent' ? await crewsByEmployer(client, context.vendorOf) : new Map();
  const crews = parents.size > 0 ? canonicalHash([...parents].sort()) : '';
  const stored = cursorShape.catch(null).parse(cursor ?? null);
  const known = stored?.crews === crews ? stored : null;
  const firstDay = windowStart(nowMs, project.timeZone, windowDays);
  const grouping: Grouping = { project, firstDay, settings, crewOf: (employerId) => parents.get(employerId) ?? employerId };
  const startedMs = performance.now();
  const now = new Date(nowMs).toISOString();
  let newest = known && notAfter(now, known.newest);
  const modifiedSince = readSince(known, context);
  const changes = { projectId: project.partnerProjectId, modifiedSince };
  for await (const page of readings(client, settings, changes, grouping, [...context.companyNames.keys()])) {
    const facts: SourceFact[] = [];
    const skipped: Record<string, number> = {};
    for (const { reading, modified } of page) {
      if ('facts' in reading) facts.push(...reading.facts);
      else skipped[reading.skipped] = (skipped[reading.skipped] ?? 0) + 1;
      if (modified !== null && (newest === null || modified > newest)) newest = notAfter(now, modified);
    }
    yield { facts, cursor: stored, skipped };
  }
  if (newest !== null && (newest !== known?.newest || stored?.crews !== crews)) {
    yield { facts: [], cursor: { newest, slackMs: Math.ceil(performance.now() - startedMs), crews } };
  }
}

interface Read {
  readonly reading: Reading;
  readonly modified: string | null;
}

async function* readings(
  client: HammertechClient,
  { source }: ManpowerSettings,
  changes: Parameters<HammertechClient['signIns']>[0],
  grouping: Grouping,
  employers: readonly string[],
): AsyncGenerator<readonly Read[]> {
  if (source === 'sign-ins') {
    for await (const page of client.signIns(changes)) {
      yield page.map((signIn) => ({ reading: readSignIn(signIn, grouping), modified: signIn.modified }));
    }
    return;
  }
  for await (const page of client.siteDiaries(changes)) {
    yield page.map((diary) => ({ reading: readDiary(diary, grouping, employers), modified: diary.modified }));
  }
}
