import { sql } from 'kysely';
import { type BackfillStanding, backfillStreams, readingEnd, readingProgress } from '../../domain/backfill.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

interface StandingRow {
  readonly stream: string;
  readonly progress: unknown;
  readonly begun: boolean;
  readonly known: string;
  readonly open: string;
}

/** Progress of a connection's backfill streams, for its one project: of all whose modules are on, whether they ran or not. */
export async function backfillStandings(db: Db, connectionId: string): Promise<readonly BackfillStanding[]> {
  const { rows } = await sql<StandingRow>`
    SELECT served AS stream, c.cursor -> 'progress' AS progress, c.settings_hash IS NOT NULL AS begun,
      (SELECT count(*) FROM record_link r WHERE r.project_link_id = l.project_link_id AND r.stream = served) AS known,
      (SELECT count(*) FROM delivery d WHERE d.project_link_id = l.project_link_id AND d.stream = served
        AND d.state IN ('queued', 'sending', 'unknown') AND d.settled_at IS NULL
        AND d.created_at <= coalesce((c.cursor -> 'progress' ->> 'endedBefore')::timestamptz, 'infinity')) AS open
    FROM project_link l JOIN connection USING (tenant_id, connection_id)
      CROSS JOIN unnest(${[...backfillStreams]}::text[]) WITH ORDINALITY AS streams (served, place)
      LEFT JOIN checkpoint c ON c.project_link_id = l.project_link_id AND c.stream = served
    WHERE l.connection_id = ${connectionId} AND l.state <> 'unlinked'
      AND (served = ANY(modules) OR (served = 'attachments' AND modules && ${[...ofItems]}::text[]))
    ORDER BY place`.execute(db);
  return rows.map(({ stream, begun, progress, known, open }) => ({
    stream: wordOf(backfillStreams, stream),
    begun,
    end: readingEnd.nullable().catch(null).parse(progress),
    counted: readingProgress.nullable().catch(null).parse(progress),
    known: Number(known),
    open: Number(open),
  }));
}

/** Each is the name of its module too; files are carried for any of them. */
const ofItems = backfillStreams.filter((stream) => stream !== 'attachments');
