import { sql } from 'kysely';
import { type RecordFields, recordFields } from '../../domain/deliveries.ts';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';

/** What is known of one record, on its way or on both sides. */
export interface RecordLink {
  readonly naturalKey: string;
  readonly wantedHash: string;
  readonly version: number;
  readonly targetId: string | null;
  /** The owned fields as the far side last showed them to us; null until something was written. */
  readonly written: RecordFields | null;
  readonly writtenHash: string | null;
}

interface LinkRow {
  natural_key: string;
  wanted_hash: string;
  version: number;
  target_id: string | null;
  written: unknown;
  written_hash: string | null;
}

const fromRow = (row: LinkRow): RecordLink => ({
  naturalKey: row.natural_key,
  wantedHash: row.wanted_hash,
  version: row.version,
  targetId: row.target_id,
  written: row.written === null ? null : recordFields.parse(row.written),
  writtenHash: row.written_hash,
});

const columns = ['natural_key', 'wanted_hash', 'version', 'target_id', 'written', 'written_hash'] as const;

const ofStream = (db: Db, stream: StreamRef) =>
  db
    .selectFrom('record_link')
    .select(columns)
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream);

/** Links of some records, by natural key; a record never seen is absent. */
export async function findRecordLinks(
  db: Db,
  fence: StreamRef,
  naturalKeys: readonly string[],
): Promise<ReadonlyMap<string, RecordLink>> {
  if (naturalKeys.length === 0) return new Map();
  const rows = await ofStream(db, fence)
    .where('natural_key', '=', sql<string>`ANY(${[...naturalKeys]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.natural_key, fromRow(row)]));
}

/** Those of `ids` that other records of this stream have taken; each far-side id is taken once. */
export async function takenElsewhere(
  db: Db,
  stream: StreamRef,
  naturalKey: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ofStream(db, stream).where('target_id', 'in', ids).where('natural_key', '<>', naturalKey).execute();
  return new Set(rows.flatMap((row) => row.target_id ?? []));
}

/** Which record has taken each of these far-side ids, by id; ids not taken are absent. */
export async function takersOf(db: Db, stream: StreamRef, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ofStream(db, stream).where('target_id', 'in', ids).execute();
  return new Map(rows.flatMap((row) => (row.target_id === null ? [] : [[row.target_id, row.natural_key] as const])));
}

/** A record and the newest delivery for it. */
export interface KnownRecord {
  readonly link: RecordLink;
  readonly newest: Delivery | null;
}

/** All records of a stream in key order, at most `limit`, after the key `after`. */
export async function knownRecords(db: Db, stream: StreamRef, after: string, limit: number): Promise<readonly KnownRecord[]> {
  const links = await ofStream(db, stream).where('natural_key', '>', after).orderBy('natural_key').limit(limit).execute();
  if (links.length === 0) return [];
  const newest = await db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .distinctOn('natural_key')
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream)
    .where(
      'natural_key',
      'in',
      links.map((row) => row.natural_key),
    )
    .orderBy('natural_key')
    .orderBy('version', 'desc')
    .execute();
  const byKey = new Map(newest.map((row) => [row.natural_key, deliveryFromRow(row)]));
  return links.map((row) => ({ link: fromRow(row), newest: byKey.get(row.natural_key) ?? null }));
}

export interface WrittenRecord {
  readonly naturalKey: string;
  readonly targetId: string;
  /** As the far side showed it. */
  readonly written: RecordFields;
  /** Hash of the payload sent; null if the far side shows something else. */
  readonly hash: string | null;
}

/** Stores the far-side id and what the far side shows. */
export async function storeWritten(db: Db, fence: Fence, record: WrittenRecord): Promise<void> {
  await db
    .updateTable('record_link')
    .set({
      target_id: record.targetId,
      written: jsonb(record.written),
      written_hash: record.hash,
      written_at: sql<Date>`clock_timestamp()`,
    })
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where('natural_key', '=', record.naturalKey)
    .execute();
}

/** A person chose to make a record again that was removed on the far side: its far-side id and written fields are cleared. */
export async function forgetTarget(db: Db, stream: StreamRef, naturalKey: string): Promise<void> {
  await db
    .updateTable('record_link')
    .set({ target_id: null, written: null, written_hash: null, written_at: null })
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream)
    .where('natural_key', '=', naturalKey)
    .execute();
}

/** A person chose that this far-side record is ours; its content is read before anything is written. */
export async function adoptTarget(db: Db, stream: StreamRef, naturalKey: string, targetId: string): Promise<void> {
  await db
    .updateTable('record_link')
    .set({ target_id: targetId })
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream)
    .where('natural_key', '=', naturalKey)
    .where('target_id', 'is', null)
    .execute();
}
