import { sql } from 'kysely';
import { type BackfillStanding, backfillStreams, readingProgress } from '../../domain/backfill.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

interface StandingRow {
  readonly stream: string;
  readonly progress: unknown;
  readonly known: string;
  readonly open: string;
}

/** Progress of a connection's backfill streams, for its one project; a stream that never ran is absent. */
export async function backfillStandings(db: Db, connectionId: string): Promise<readonly BackfillStanding[]> {
  const { rows } = await sql<StandingRow>`
    WITH stream AS (
      SELECT c.project_link_id, c.stream, c.cursor -> 'progress' AS progress
      FROM checkpoint c JOIN project_link l USING (project_link_id)
      WHERE l.connection_id = ${connectionId} AND l.state <> 'unlinked' AND c.stream = ANY(${[...backfillStreams]}::text[])
    ), ended AS (
      SELECT CASE WHEN count(*) = count(progress ->> 'endedBefore') THEN max((progress ->> 'endedBefore')::timestamptz) END AS before
      FROM stream WHERE stream <> 'attachments'
    )
    SELECT stream.stream, stream.progress,
      (SELECT count(*) FROM record_link r WHERE r.project_link_id = stream.project_link_id AND r.stream = stream.stream) AS known,
      (SELECT count(*) FROM delivery d WHERE d.project_link_id = stream.project_link_id AND d.stream = stream.stream
        AND d.state IN ('queued', 'sending', 'unknown')
        AND d.created_at <= coalesce((stream.progress ->> 'endedBefore')::timestamptz, ended.before, 'infinity')) AS open
    FROM stream CROSS JOIN ended`.execute(db);
  return rows.map(({ stream, progress, known, open }) => ({
    stream: wordOf(backfillStreams, stream),
    progress: readingProgress.nullable().catch(null).parse(progress),
    known: Number(known),
    open: Number(open),
  }));
}
