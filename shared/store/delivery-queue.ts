import { sql } from 'kysely';
import type { DeliveryState } from '../domain/deliveries.ts';
import type { Lease } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';
import type { Db } from './tenancy.ts';

const ofStream = (db: Db, lease: Pick<Lease, 'projectLinkId' | 'stream'>) =>
  db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream);

const now = sql<Date>`clock_timestamp()`;

/** Queued deliveries that may be sent by now, in the order in which they were meant. */
export async function queuedDeliveries(db: Db, lease: Lease, limit: number): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, lease)
    .where('state', '=', 'queued')
    .where((where) => where.or([where('next_look_at', 'is', null), where('next_look_at', '<=', now)]))
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(deliveryFromRow);
}

/** Unknown outcomes whose look-up is due, oldest first. */
export const dueLookUps = (db: Db, lease: Lease, limit: number): Promise<readonly Delivery[]> =>
  dueToBeLookedAt(db, lease, ['unknown'], limit);

/** States in which a delivery may wait to be checked again; refused: for a second record that may be gone. */
export const recheckedStates: readonly DeliveryState[] = ['done', 'superseded', 'refused'];

/** What was to be sent anew and is to be checked again by now. */
export const dueRechecks = (db: Db, lease: Lease, limit: number): Promise<readonly Delivery[]> =>
  dueToBeLookedAt(db, lease, recheckedStates, limit);

async function dueToBeLookedAt(
  db: Db,
  lease: Lease,
  states: readonly DeliveryState[],
  limit: number,
): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, lease)
    .where('state', 'in', states)
    .where('next_look_at', '<=', now)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(deliveryFromRow);
}

/** Reads one delivery and keeps it locked until the end of the unit of work. */
export async function lockDelivery(db: Db, deliveryId: string): Promise<Delivery | undefined> {
  const row = await db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .where('delivery_id', '=', deliveryId)
    .forUpdate()
    .executeTakeFirst();
  return row && deliveryFromRow(row);
}

/** Deliveries that are being sent or have an unknown outcome. */
export async function inFlight(db: Db, lease: Lease): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, lease).where('state', 'in', ['sending', 'unknown']).execute();
  return rows.map(deliveryFromRow);
}

/**
 * Open deliveries of records without a far-side id, in the order meant, whose entry may stand under a search key: those of that key, and
 * all that were sent as a create, for theirs may have been misplaced.
 */
export async function openTwins(db: Db, lease: Lease, searchKey: string): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, lease)
    .where('state', 'in', ['queued', 'sending', 'unknown'])
    .where((where) => where.or([where(sql`payload ->> 'searchKey'`, '=', searchKey), where('candidates', 'is not', null)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('record_link')
            .select('natural_key')
            .whereRef('record_link.project_link_id', '=', 'delivery.project_link_id')
            .whereRef('record_link.stream', '=', 'delivery.stream')
            .whereRef('record_link.natural_key', '=', 'delivery.natural_key')
            .where('record_link.target_id', 'is not', null),
        ),
      ),
    )
    .orderBy('sequence')
    .execute();
  return rows.map(deliveryFromRow);
}

/** Whether a newer version of the same record waits behind this one. */
export async function isOvertaken(db: Db, lease: Lease, delivery: Delivery): Promise<boolean> {
  const newer = await ofStream(db, lease)
    .where('natural_key', '=', delivery.naturalKey)
    .where('version', '>', delivery.version)
    .limit(1)
    .execute();
  return newer.length > 0;
}

/** Natural keys among these of which a delivery is being sent or has an unknown outcome. */
export async function inFlightKeys(db: Db, lease: Lease, naturalKeys: readonly string[]): Promise<ReadonlySet<string>> {
  if (naturalKeys.length === 0) return new Set();
  const rows = await db
    .selectFrom('delivery')
    .select('natural_key')
    .distinct()
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream)
    .where('natural_key', 'in', naturalKeys)
    .where('state', 'in', ['sending', 'unknown'])
    .execute();
  return new Set(rows.map((row) => row.natural_key));
}

/** Open deliveries that were sent at least so often without coming to an end; undefined: there are none. */
export async function stubbornDeliveries(
  db: Db,
  lease: Lease,
  sendings: number,
): Promise<{ readonly records: number; readonly first: Delivery } | undefined> {
  const open = ofStream(db, lease).where('state', 'in', ['queued', 'sending', 'unknown']).where('attempts', '>=', sendings);
  const [first] = await open.orderBy('sequence').limit(1).execute();
  if (!first) return undefined;
  const { records } = await open.clearSelect().select(sql<string>`count(*)`.as('records')).executeTakeFirstOrThrow();
  return { records: Number(records), first: deliveryFromRow(first) };
}

export interface OpenWork {
  /** Queued, sending or unknown. */
  readonly open: number;
  /** Milliseconds until the first lease ends or look-up is due; undefined when nothing waits for a time. */
  readonly nextLookMs: number | undefined;
}

/** What a cycle leaves behind. */
export async function openWork(db: Db, lease: Lease): Promise<OpenWork> {
  const row = await db
    .selectFrom('delivery')
    .select([
      sql<string>`count(*) FILTER (WHERE state IN ('queued', 'sending', 'unknown'))`.as('open'),
      sql<number | null>`extract(epoch FROM min(coalesce(next_look_at, lease_until)) - clock_timestamp())::float8 * 1000`.as(
        'wait',
      ),
    ])
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream)
    .where((where) => where.or([where('state', 'in', ['queued', 'sending', 'unknown']), where('next_look_at', 'is not', null)]))
    .executeTakeFirstOrThrow();
  return { open: Number(row.open), nextLookMs: row.wait === null ? undefined : Math.max(0, Math.ceil(row.wait)) };
}
