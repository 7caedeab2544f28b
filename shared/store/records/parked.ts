import { sql } from 'kysely';
import { type DeliveryFault, deliveryFault, recheckMs } from '../../domain/deliveries.ts';
import type { Db } from '../tenancy.ts';
import type { StreamRef } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';

/** Parked: refused, and no newer version of the record is wanted; with a second record, also if a newer one is wanted. */
const isParked = sql<boolean>`state = 'refused' AND (fault ? 'surplus' OR version = (
  SELECT l.version FROM record_link l
  WHERE l.tenant_id = delivery.tenant_id AND l.project_link_id = delivery.project_link_id
    AND l.stream = delivery.stream AND l.natural_key = delivery.natural_key))`;

/** Causes of parked deliveries, each with its number of records. */
export async function parkedCauses(
  db: Db,
  stream: StreamRef,
): Promise<readonly { readonly fault: DeliveryFault; readonly records: number }[]> {
  const rows = await db
    .selectFrom('delivery')
    .select([sql<unknown>`min(fault::text)::jsonb`.as('fault'), sql<string>`count(DISTINCT natural_key)`.as('records')])
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream)
    .where(isParked)
    .groupBy([sql`fault ->> 'kind'`, sql`fault ->> 'subject'`])
    .execute();
  return rows.map((row) => ({ fault: deliveryFault.parse(row.fault), records: Number(row.records) }));
}

/** Parked deliveries of one reason, or of one cause, in the order queued; locked until the transaction ends. */
export async function parkedDeliveries(
  db: Db,
  where: { readonly projectLinkId: string; readonly stream?: string; readonly reason: string; readonly subject?: string },
): Promise<readonly Delivery[]> {
  let query = db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .where('project_link_id', '=', where.projectLinkId)
    .where(isParked)
    .where(sql`fault ->> 'kind'`, '=', where.reason);
  if (where.stream !== undefined) query = query.where('stream', '=', where.stream);
  if (where.subject !== undefined) query = query.where(sql`fault ->> 'subject'`, '=', where.subject);
  const rows = await query.orderBy('sequence').forUpdate().execute();
  return rows.map(deliveryFromRow);
}

/** Wanted hash of a record that does not count any more: if it comes back, it counts as changed. */
const withdrawn = 'withdrawn';

/**
 * Supersedes deliveries of records that do not count any more and were surely not written: queued, held or parked. Those under
 * way are settled as usual, and those that may have been written stay with the person who decides about them.
 */
export async function withdrawUnsent(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  naturalKeys: readonly string[],
): Promise<void> {
  if (naturalKeys.length === 0) return;
  await sql`
    WITH dropped AS (
      UPDATE delivery SET state = 'superseded', fault = NULL,
        trail = trail || jsonb_build_array(jsonb_build_object(
          'state', 'superseded', 'at', clock_timestamp(), 'why', 'taken back at the source before it was sent')),
        next_look_at = CASE WHEN look_ups > 1 AND candidates IS NOT NULL
          THEN clock_timestamp() + ${recheckMs} * interval '1 millisecond' END
      WHERE project_link_id = ${projectLinkId} AND stream = ${stream} AND natural_key = ANY(${[...naturalKeys]}::text[])
        AND (state = 'queued' OR state = 'refused' AND fault ->> 'kind' <> 'outcome-unknown')
      RETURNING tenant_id, natural_key
    )
    UPDATE record_link l SET wanted_hash = ${withdrawn}
    FROM dropped WHERE l.tenant_id = dropped.tenant_id AND l.project_link_id = ${projectLinkId} AND l.stream = ${stream}
      AND l.natural_key = dropped.natural_key`.execute(db);
}

/** Far-side records that a person chose to leave alone for this record. */
export async function leftAlone(db: Db, stream: StreamRef, naturalKey: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('delivery')
    .select(sql<string | null>`fault ->> 'targetId'`.as('target'))
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream)
    .where('natural_key', '=', naturalKey)
    .where('state', '=', 'superseded')
    .where('fault', 'is not', null)
    .execute();
  return new Set(rows.flatMap((row) => row.target ?? []));
}
