import { sql } from 'kysely';
import type { DeliveryFault } from '../domain/deliveries.ts';
import { deliveryFault } from '../domain/deliveries.ts';
import type { StreamRef } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';
import type { Db } from './tenancy.ts';

/** Parked: refused, and no newer version of the record was meant since; for a second record beside it, whatever was meant since. */
const isParked = sql<boolean>`state = 'refused' AND (fault ? 'surplus' OR version = (
  SELECT l.version FROM record_link l
  WHERE l.tenant_id = delivery.tenant_id AND l.project_link_id = delivery.project_link_id
    AND l.stream = delivery.stream AND l.natural_key = delivery.natural_key))`;

/** Causes of parked deliveries, each with how many records it holds. */
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

/** Parked deliveries of one reason, or of one cause, in the order meant; locked for the unit of work. */
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
