import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';

/** A delivery whose end has not been reported to its source. */
export interface Untold {
  readonly delivery: Delivery;
  /** Its far-side id; null: it is parked. */
  readonly targetId: string | null;
  /** The end, as `noteTold` takes it: reported only once. */
  readonly end: string;
}

/** The far-side id, or the reason that it waits for. */
const endOf = sql<string>`CASE state WHEN 'done' THEN 'returned ' || target_id ELSE 'blocked ' || (fault ->> 'kind') END`;

/** The newest version of each record whose end was not reported to its source and is not being reported now; oldest first. */
export async function untoldDeliveries(db: Db, { projectLinkId, stream }: Fence, limit: number): Promise<readonly Untold[]> {
  const rows = await db
    .selectFrom('delivery')
    .select([...deliveryColumns, 'target_id', endOf.as('end')])
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where(sql<boolean>`(state = 'done' AND target_id IS NOT NULL OR state = 'refused')`)
    .where(sql<boolean>`told IS DISTINCT FROM ${endOf}`)
    .where(sql<boolean>`(telling_until IS NULL OR telling_until < clock_timestamp())`)
    .where(
      sql<boolean>`version = (SELECT l.version FROM record_link l WHERE l.tenant_id = delivery.tenant_id
        AND l.project_link_id = delivery.project_link_id AND l.stream = delivery.stream AND l.natural_key = delivery.natural_key)`,
    )
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(({ end, ...row }) => ({
    delivery: deliveryFromRow(row),
    targetId: row.state === 'done' ? row.target_id : null,
    end,
  }));
}

/** Claims the reporting of one delivery for `leaseMs`. False if another worker has the claim. */
export async function claimTelling(db: Db, deliveryId: string, leaseMs: number): Promise<boolean> {
  const changed = await db
    .updateTable('delivery')
    .set({ telling_until: sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'` })
    .where('delivery_id', '=', deliveryId)
    .where((where) => where.or([where('telling_until', 'is', null), where('telling_until', '<', sql<Date>`clock_timestamp()`)]))
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Records that its source knows this end. */
export async function noteTold(db: Db, deliveryId: string, end: string): Promise<void> {
  await db.updateTable('delivery').set({ told: end, telling_until: null }).where('delivery_id', '=', deliveryId).execute();
}

/** Its source knows this end in part: the part held back is reported again after `inMs`, or once its source asks again. */
export async function tellLater(db: Db, deliveryId: string, end: string, inMs: number): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ told: `held ${end}`, telling_until: sql<Date>`clock_timestamp() + ${inMs} * interval '1 millisecond'` })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** The report failed; the next cycle retries it. */
export async function giveBackTelling(db: Db, deliveryId: string): Promise<void> {
  await db.updateTable('delivery').set({ telling_until: null }).where('delivery_id', '=', deliveryId).execute();
}

/** The source asks again about these records. */
export async function tellAgain(db: Db, { projectLinkId, stream }: StreamRef, naturalKeys: readonly string[]): Promise<void> {
  if (naturalKeys.length === 0) return;
  await db
    .updateTable('delivery')
    .set({ told: null, telling_until: sql<Date>`CASE WHEN told NOT LIKE 'held %' THEN telling_until END` })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('natural_key', 'in', naturalKeys)
    .where('told', 'is not', null)
    .execute();
}
