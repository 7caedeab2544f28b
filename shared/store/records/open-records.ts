import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import type { StreamRef } from './checkpoints.ts';

/** A record that is open at its source as far as we have seen, with its versions, newest first. */
export interface OpenRecord {
  readonly stream: string;
  readonly naturalKey: string;
  /** `address`: as it was to be sent; empty once its values and names are erased. */
  readonly versions: readonly { readonly address: Readonly<Record<string, string>>; readonly seenAt: Date }[];
}

/** The number of versions of a record that are searched for when something changed. */
const versionsAtMost = 20;

interface VersionRow {
  readonly stream: string;
  readonly natural_key: string;
  readonly address: Readonly<Record<string, string>>;
  readonly created_at: Date;
}

/** Records of some streams of a link, open or never written, by stream and key, at most `limit`, after a given one. */
export async function openRecords(
  db: Db,
  projectLinkId: string,
  page: { readonly streams: readonly string[]; readonly after: readonly [string, string] | undefined; readonly limit: number },
): Promise<readonly OpenRecord[]> {
  const [stream = '', naturalKey = ''] = page.after ?? [];
  const { rows } = await sql<VersionRow>`
    WITH record AS (
      SELECT stream, natural_key FROM record_link
      WHERE project_link_id = ${projectLinkId} AND stream = ANY(${[...page.streams]}::text[])
        AND (stream, natural_key) > (${stream}, ${naturalKey}) AND coalesce(written ->> 'status', 'open') = 'open'
      ORDER BY stream, natural_key LIMIT ${page.limit}
    )
    SELECT record.stream, record.natural_key, version.address, version.created_at
    FROM record CROSS JOIN LATERAL (
      SELECT d.payload -> 'address' AS address, d.created_at, d.version FROM delivery d
      WHERE d.project_link_id = ${projectLinkId} AND d.stream = record.stream AND d.natural_key = record.natural_key
      ORDER BY d.version DESC LIMIT ${versionsAtMost}
    ) AS version
    ORDER BY record.stream, record.natural_key, version.version DESC`.execute(db);
  const records = new Map<string, OpenRecord & { versions: OpenRecord['versions'][number][] }>();
  for (const row of rows) {
    const key = `${row.stream} ${row.natural_key}`;
    const record = records.get(key) ?? { stream: row.stream, naturalKey: row.natural_key, versions: [] };
    record.versions.push({ address: row.address, seenAt: row.created_at });
    records.set(key, record);
  }
  return [...records.values()];
}

export interface StreamCount {
  readonly stream: StreamRef['stream'];
  /** Records wanted, and those of them that exist on the other side. */
  readonly source: number;
  readonly target: number;
  /** Records whose newest delivery is open or refused. */
  readonly waiting: number;
}

/** Sorted by stream name; a stream without records is absent. */
export async function streamCounts(db: Db, projectLinkId: string): Promise<readonly StreamCount[]> {
  const { rows } = await sql<{ stream: string; source: string; target: string; waiting: string }>`
    SELECT r.stream, count(*) AS source, count(r.target_id) AS target, count(*) FILTER (WHERE EXISTS (
      SELECT FROM delivery d WHERE d.project_link_id = r.project_link_id AND d.stream = r.stream AND d.natural_key = r.natural_key
        AND d.version = r.version AND d.state IN ('queued', 'sending', 'unknown', 'refused'))) AS waiting
    FROM record_link r WHERE r.project_link_id = ${projectLinkId} GROUP BY r.stream ORDER BY r.stream`.execute(db);
  return rows.map(({ stream, source, target, waiting }) => ({
    stream,
    source: Number(source),
    target: Number(target),
    waiting: Number(waiting),
  }));
}
