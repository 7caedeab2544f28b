import { sql } from 'kysely';
import { type DeliveryPayload, deliveryPayload, type RecordFields, recordFields } from '../../domain/deliveries.ts';
import type { Db } from '../tenancy.ts';
import type { StreamRef } from './checkpoints.ts';

export interface MeantRow {
  readonly sequence: string;
  readonly payload: DeliveryPayload;
}

const deliveriesOf = (db: Db, { projectLinkId, stream }: StreamRef) =>
  db
    .selectFrom('delivery')
    .select(['sequence', 'payload'])
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream);

const meantFrom = ({ sequence, payload }: { sequence: unknown; payload: unknown }): MeantRow => ({
  sequence: String(sequence),
  payload: deliveryPayload.parse(payload),
});

/** The newest delivery of each of these records that was not superseded; records without one are absent. */
export async function newestMeant(db: Db, of: StreamRef, naturalKeys: readonly string[]): Promise<readonly MeantRow[]> {
  if (naturalKeys.length === 0) return [];
  const rows = await deliveriesOf(db, of)
    .distinctOn('natural_key')
    .where('natural_key', '=', sql<string>`ANY(${[...naturalKeys]}::text[])`)
    .where('state', '<>', 'superseded')
    .orderBy('natural_key')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(meantFrom);
}

/** Deliveries of a stream after a sequence, at most `limit`. */
export async function meantAfter(db: Db, of: StreamRef, sequence: string, limit: number): Promise<readonly MeantRow[]> {
  const rows = await deliveriesOf(db, of)
    .where('sequence', '>', sql<string>`${sequence}::bigint`)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(meantFrom);
}

export interface WrittenRow {
  readonly naturalKey: string;
  readonly targetId: string;
  readonly written: RecordFields;
  readonly writtenAt: Date;
}

/** Records of a stream that exist on the far side: those named, or those written at or after a time (null: ever). */
export async function writtenRecords(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  only: { readonly naturalKeys: readonly string[] } | { readonly since: Date | null },
): Promise<readonly WrittenRow[]> {
  let query = db
    .selectFrom('record_link')
    .select(['natural_key', 'target_id', 'written', 'written_at'])
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('target_id', 'is not', null)
    .where('written_at', 'is not', null);
  if ('naturalKeys' in only) query = query.where('natural_key', '=', sql<string>`ANY(${[...only.naturalKeys]}::text[])`);
  else if (only.since !== null) query = query.where('written_at', '>=', only.since);
  const rows = await query.orderBy('written_at').execute();
  return rows.flatMap((row) =>
    row.target_id === null || row.written_at === null
      ? []
      : [
          {
            naturalKey: row.natural_key,
            targetId: row.target_id,
            written: recordFields.parse(row.written ?? {}),
            writtenAt: row.written_at,
          },
        ],
  );
}
