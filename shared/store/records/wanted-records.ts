import { type RawBuilder, sql } from 'kysely';
import { type DeliveryPayload, recheckMs } from '../../domain/deliveries.ts';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';

/** Which writes of a stream are sent automatically; the others are held for a person's push. */
export interface Automation {
  readonly create: boolean;
  readonly update: boolean;
}

/**
 * How mapped records compare with what is known. `unchanged`: wanted as before, or nothing to make. `settled`: wanted
 * differently, but the far side already shows it (or shows nothing, as wanted), so nothing is sent. `created` and `updated` are
 * queued.
 */
export interface Classes {
  readonly unchanged: number;
  readonly settled: number;
  readonly created: number;
  readonly updated: number;
}

export const noRecords: Classes = { unchanged: 0, settled: 0, created: 0, updated: 0 };

interface Taking {
  /** The source is told the outcome of each version: also one that the far side shows already is queued, and settled there. */
  readonly isReported?: boolean;
}

interface Classing {
  /**
   * The tables `page`, `known` and `classed` of a statement: the newest version of each record, what is known of it, and its
   * class.
   */
  readonly tables: RawBuilder<unknown>;
  /** Condition for the stream's rows about these records alone: by key, so that no page scans all known records. */
  readonly concerns: (alias: string) => RawBuilder<unknown>;
}

/** `records` must not repeat a record. */
function classing(
  { projectLinkId, stream }: StreamRef,
  records: readonly DeliveryPayload[],
  { isReported = false }: Taking = {},
): Classing {
  const keys = records.map(({ naturalKey }) => naturalKey);
  const concerns = (alias: string) =>
    sql`${sql.ref(`${alias}.project_link_id`)} = ${projectLinkId} AND ${sql.ref(`${alias}.stream`)} = ${stream}
      AND ${sql.ref(`${alias}.natural_key`)} = ANY(${keys}::text[])`;
  const tables = sql`page AS (
      SELECT payload, payload ->> 'naturalKey' AS natural_key, payload ->> 'hash' AS hash, (payload -> 'empty')::boolean AS empty
      FROM jsonb_array_elements(${JSON.stringify(records)}::jsonb) AS payload
    ), known AS (
      SELECT page.*, l.natural_key IS NOT NULL AS is_known, l.wanted_hash, l.target_id, l.written_hash,
        coalesce(l.version, 0) + 1 AS version,
        EXISTS (SELECT FROM delivery d WHERE ${concerns('d')} AND d.natural_key = page.natural_key
          AND d.state IN ('sending', 'unknown')) AS in_flight
      FROM page LEFT JOIN record_link l ON ${concerns('l')} AND l.natural_key = page.natural_key
    ), classed AS (
      SELECT *, CASE
        WHEN is_known AND wanted_hash = hash THEN 'unchanged'
        WHEN NOT is_known THEN CASE WHEN empty THEN 'unchanged' ELSE 'created' END
        WHEN NOT in_flight AND CASE WHEN target_id IS NULL THEN empty
          ELSE NOT ${isReported}::boolean AND written_hash IS NOT DISTINCT FROM hash END THEN 'settled'
        WHEN target_id IS NULL THEN 'created'
        ELSE 'updated' END AS class
      FROM known
    )`;
  return { tables, concerns };
}

/** Each record once; the last one counts. */
const newestOf = (records: readonly DeliveryPayload[]): readonly DeliveryPayload[] => [
  ...new Map(records.map((record) => [record.naturalKey, record])).values(),
];

/** The classes that `takeRecords` would find, by natural key. Changes nothing. */
export async function classesOf(
  db: Db,
  of: StreamRef,
  records: readonly DeliveryPayload[],
): Promise<ReadonlyMap<string, keyof Classes>> {
  if (records.length === 0) return new Map();
  const { rows } = await sql<{ natural_key: string; class: keyof Classes }>`
    WITH ${classing(of, newestOf(records)).tables} SELECT natural_key, class FROM classed`.execute(db);
  return new Map(rows.map((row) => [row.natural_key, row.class]));
}

/**
 * Stores how records should look: classifies them by hash, stores the wanted hash and version, removes older versions from the
 * queue, and queues the deliveries. Unchanged records are not written, and not even sent to the database. A record with a
 * delivery under way is never `settled`: its far-side content is not known.
 */
export async function takeRecords(
  db: Db,
  fence: Fence,
  records: readonly DeliveryPayload[],
  automation: Automation,
  taking: Taking = {},
): Promise<Classes> {
  const newest = newestOf(records);
  const wanted = await wantedHashes(db, fence, newest);
  const changed = newest.filter(({ naturalKey, hash }) => wanted.get(naturalKey) !== hash);
  const portions: DeliveryPayload[][] = [];
  for (let from = 0; from < changed.length; from += portion) portions.push(changed.slice(from, from + portion));
  // sent one after the other: the database works on one while the next is prepared
  const classes = await Promise.all(portions.map((some) => takeChanged(db, fence, some, automation, taking)));
  return classes.reduce(added, { ...noRecords, unchanged: newest.length - changed.length });
}

/** Records of one statement. */
const portion = 500;

const added = (one: Classes, other: Classes): Classes => ({
  unchanged: one.unchanged + other.unchanged,
  settled: one.settled + other.settled,
  created: one.created + other.created,
  updated: one.updated + other.updated,
});

/** The present wanted hash of each record; absent if it was never wanted. */
async function wantedHashes(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  records: readonly DeliveryPayload[],
): Promise<ReadonlyMap<string, string>> {
  if (records.length === 0) return new Map();
  const keys = records.map(({ naturalKey }) => naturalKey);
  const { rows } = await sql<{ natural_key: string; wanted_hash: string }>`
    SELECT natural_key, wanted_hash FROM record_link
    WHERE project_link_id = ${projectLinkId} AND stream = ${stream} AND natural_key = ANY(${keys}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.natural_key, row.wanted_hash]));
}

async function takeChanged(
  db: Db,
  fence: Fence,
  records: readonly DeliveryPayload[],
  automation: Automation,
  taking: Taking,
): Promise<Classes> {
  if (records.length === 0) return noRecords;
  const { tenantId, projectLinkId, stream } = fence;
  const { tables, concerns } = classing(fence, records, taking);
  const { rows } = await sql<{ class: keyof Classes; count: string }>`
    WITH ${tables}, wanted AS (
      INSERT INTO record_link (tenant_id, project_link_id, stream, natural_key, wanted_hash, version)
      SELECT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, natural_key, hash, version FROM classed WHERE class <> 'unchanged'
      ON CONFLICT (tenant_id, project_link_id, stream, natural_key) DO UPDATE
        SET wanted_hash = excluded.wanted_hash, version = excluded.version
    ), overtaken AS (
      UPDATE delivery d SET state = 'superseded', trail = d.trail || jsonb_build_array(jsonb_build_object(
        'state', 'superseded', 'at', clock_timestamp(), 'why', 'a newer version of the record took its place')),
        -- one that was to be sent anew may have been made after all: it is checked again
        next_look_at = CASE WHEN d.look_ups > 1 AND d.candidates IS NOT NULL
          THEN clock_timestamp() + ${recheckMs} * interval '1 millisecond' END
      FROM classed WHERE class <> 'unchanged' AND is_known AND ${concerns('d')} AND d.natural_key = classed.natural_key
        AND d.state = 'queued'
    ), queued AS (
      INSERT INTO delivery (tenant_id, delivery_id, project_link_id, stream, natural_key, version, action, payload, release, trail)
      SELECT ${tenantId}::uuid, gen_random_uuid(), ${projectLinkId}::uuid, ${stream}, natural_key, version,
        CASE class WHEN 'created' THEN 'create' ELSE 'update' END, payload,
        CASE WHEN CASE class WHEN 'created' THEN ${automation.create}::boolean ELSE ${automation.update}::boolean END
          THEN 'automatic' ELSE 'held' END,
        jsonb_build_array(jsonb_build_object('state', 'queued', 'at', clock_timestamp(),
          'why', CASE class WHEN 'created' THEN 'new at the source' ELSE 'changed at the source' END))
      FROM classed WHERE class IN ('created', 'updated') ORDER BY natural_key
    )
    SELECT class, count(*) FROM classed GROUP BY class`.execute(db);
  return { ...noRecords, ...Object.fromEntries(rows.map((row) => [row.class, Number(row.count)])) };
}
