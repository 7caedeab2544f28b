import { sql } from 'kysely';
import type { DeliveryState } from '../../domain/deliveries.ts';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';
import { type Delivery, deliveryColumns, deliveryFromRow } from './deliveries.ts';

const ofStream = (db: Db, stream: StreamRef) =>
  db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .where('project_link_id', '=', stream.projectLinkId)
    .where('stream', '=', stream.stream);

const now = sql<Date>`clock_timestamp()`;

/** Queued deliveries that are due and not held, in the order queued. */
export async function queuedDeliveries(db: Db, fence: Fence, limit: number): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, fence)
    .where('state', '=', 'queued')
    .where('release', '<>', 'held')
    .where((where) => where.or([where('next_look_at', 'is', null), where('next_look_at', '<=', now)]))
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(deliveryFromRow);
}

/** Deliveries of unknown outcome whose look-up is due, oldest first. */
export const dueLookUps = (db: Db, fence: Fence, limit: number): Promise<readonly Delivery[]> =>
  dueToBeLookedAt(db, fence, ['unknown'], limit);

/** States in which a delivery may wait to be checked again; `refused` because of a second record, which may be gone. */
export const recheckedStates: readonly DeliveryState[] = ['done', 'superseded', 'refused'];

/** Refused because of a second record of ours beside it. */
const hasSurplus = sql<boolean>`fault IS NOT NULL AND fault ? 'surplus'`;

/** Deliveries whose check after a resend is due. */
export const dueRechecks = (db: Db, fence: Fence, limit: number): Promise<readonly Delivery[]> =>
  dueToBeLookedAt(db, fence, recheckedStates, limit, sql<boolean>`(state <> 'refused' OR (${hasSurplus}))`);

/** Refused deliveries due for a check whether their cause is gone. */
export const dueHeldUp = (db: Db, fence: Fence, limit: number): Promise<readonly Delivery[]> =>
  dueToBeLookedAt(db, fence, ['refused'], limit, sql<boolean>`NOT (${hasSurplus})`);

async function dueToBeLookedAt(
  db: Db,
  fence: Fence,
  states: readonly DeliveryState[],
  limit: number,
  only = sql<boolean>`true`,
): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, fence)
    .where('state', 'in', states)
    .where('next_look_at', '<=', now)
    .where(only)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(deliveryFromRow);
}

/** Reads one delivery and locks it until the end of the transaction. */
export async function lockDelivery(db: Db, deliveryId: string): Promise<Delivery | undefined> {
  const row = await db
    .selectFrom('delivery')
    .select(deliveryColumns)
    .where('delivery_id', '=', deliveryId)
    .forUpdate()
    .executeTakeFirst();
  return row && deliveryFromRow(row);
}

/** Deliveries being sent or of unknown outcome. */
export async function inFlight(db: Db, fence: Fence): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, fence).where('state', 'in', ['sending', 'unknown']).execute();
  return rows.map(deliveryFromRow);
}

/** All deliveries queued (held ones too), being sent or of unknown outcome, in the order queued. */
export async function openDeliveries(db: Db, stream: StreamRef): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, stream).where('state', 'in', ['queued', 'sending', 'unknown']).orderBy('sequence').execute();
  return rows.map(deliveryFromRow);
}

/**
 * Open deliveries, in the order queued, of records without a far-side id, whose entry may exist under a search key: those with
 * that key, and all that were sent as a create, since theirs may be misplaced.
 */
export async function openTwins(db: Db, fence: Fence, searchKey: string): Promise<readonly Delivery[]> {
  const rows = await ofStream(db, fence)
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

/** Earlier versions of these deliveries' records, refused because it was unclear what their creates had made, oldest first. */
export async function unclearFormers(
  db: Db,
  stream: StreamRef,
  deliveries: readonly Pick<Delivery, 'naturalKey' | 'version'>[],
): Promise<readonly Delivery[]> {
  const later = deliveries.filter(({ version }) => version > 1);
  if (later.length === 0) return [];
  const newest = new Map(later.map(({ naturalKey, version }) => [naturalKey, version]));
  const rows = await ofStream(db, stream)
    .where('natural_key', '=', sql<string>`ANY(${[...newest.keys()]}::text[])`)
    .where('state', 'in', ['refused', 'superseded'])
    .where('candidates', 'is not', null)
    .where(sql<boolean>`fault ->> 'kind' = 'outcome-unknown' AND NOT (${hasSurplus})`)
    .orderBy('sequence')
    .execute();
  return rows.map(deliveryFromRow).filter(({ naturalKey, version }) => version < (newest.get(naturalKey) ?? 0));
}

/** Whether there is a newer version of the same record. */
export async function isOvertaken(db: Db, fence: Fence, delivery: Delivery): Promise<boolean> {
  const newer = await ofStream(db, fence)
    .where('natural_key', '=', delivery.naturalKey)
    .where('version', '>', delivery.version)
    .limit(1)
    .execute();
  return newer.length > 0;
}

/** Open deliveries sent at least `sendings` times without reaching an end; undefined if there are none. */
export async function stubbornDeliveries(
  db: Db,
  fence: Fence,
  sendings: number,
): Promise<{ readonly records: number; readonly first: Delivery } | undefined> {
  const open = ofStream(db, fence).where('state', 'in', ['queued', 'sending', 'unknown']).where('attempts', '>=', sendings);
  const [first] = await open.orderBy('sequence').limit(1).execute();
  if (!first) return undefined;
  const { records } = await open.clearSelect().select(sql<string>`count(*)`.as('records')).executeTakeFirstOrThrow();
  return { records: Number(records), first: deliveryFromRow(first) };
}

export interface OpenWork {
  /** Queued, sending or unknown, except held ones. */
  readonly open: number;
  /** Queued, and waiting for a person's push. */
  readonly held: number;
  /** Milliseconds until the first lease ends or look-up is due; undefined if none is scheduled. */
  readonly nextLookMs: number | undefined;
}

/** The open work that a cycle leaves. */
export async function openWork(db: Db, fence: Fence): Promise<OpenWork> {
  const row = await db
    .selectFrom('delivery')
    .select([
      sql<string>`count(*) FILTER (WHERE state IN ('queued', 'sending', 'unknown') AND release <> 'held')`.as('open'),
      sql<string>`count(*) FILTER (WHERE state = 'queued' AND release = 'held')`.as('held'),
      sql<number | null>`extract(epoch FROM min(coalesce(next_look_at, lease_until)) - clock_timestamp())::float8 * 1000`.as(
        'wait',
      ),
    ])
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where((where) => where.or([where('state', 'in', ['queued', 'sending', 'unknown']), where('next_look_at', 'is not', null)]))
    .executeTakeFirstOrThrow();
  const held = Number(row.held);
  return { open: Number(row.open), held, nextLookMs: row.wait === null ? undefined : Math.max(0, Math.ceil(row.wait)) };
}
