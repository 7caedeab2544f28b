import { sql } from 'kysely';
import {
  type DeliveryFault,
  type DeliveryPayload,
  type DeliveryState,
  deliveryFault,
  deliveryPayload,
  deliveryStates,
  recheckMs,
  sourcesOf,
} from '../../domain/deliveries.ts';
import { jsonb } from '../json.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import type { Fence } from './checkpoints.ts';

/** Sent automatically, held until a person pushes it, or pushed. */
export const releases = ['automatic', 'held', 'pushed'] as const;
export type Release = (typeof releases)[number];

/** One intended write; states and transitions: `shared/domain/deliveries.ts`. */
export interface Delivery {
  readonly deliveryId: string;
  readonly naturalKey: string;
  readonly version: number;
  readonly state: DeliveryState;
  readonly action: 'create' | 'update';
  readonly payload: DeliveryPayload;
  readonly release: Release;
  readonly attempts: number;
  /** Far-side ids seen before it was last sent as a create: they cannot be its record. Null: it was never sent as one. */
  readonly candidates: readonly string[] | null;
  /** Look-ups that did not find it; two of them make it `queued` again, so 2 or more mean that it was sent again. */
  readonly lookUps: number;
  readonly fault: DeliveryFault | null;
}

interface DeliveryRow {
  delivery_id: string;
  natural_key: string;
  version: number;
  state: string;
  action: string;
  payload: unknown;
  release: string;
  attempts: number;
  candidates: string[] | null;
  look_ups: number;
  fault: unknown;
}

export const deliveryColumns = [
  'delivery_id',
  'natural_key',
  'version',
  'state',
  'action',
  'payload',
  'release',
  'attempts',
  'candidates',
  'look_ups',
  'fault',
] as const;

export const deliveryFromRow = (row: DeliveryRow): Delivery => ({
  deliveryId: row.delivery_id,
  naturalKey: row.natural_key,
  version: row.version,
  state: wordOf(deliveryStates, row.state),
  action: wordOf(['create', 'update'] as const, row.action),
  payload: deliveryPayload.parse(row.payload),
  release: wordOf(releases, row.release),
  attempts: row.attempts,
  candidates: row.candidates,
  lookUps: row.look_ups,
  fault: row.fault === null ? null : deliveryFault.parse(row.fault),
});

/**
 * Removes from the queue what a newer version or the record's disappearance has superseded; with `upTo` only versions up to that
 * one. A delivery that was to be sent again is checked again later: its earlier sending may have made a record after all.
 */
export async function supersedeQueued(db: Db, fence: Fence, naturalKeys: readonly string[], upTo?: number): Promise<void> {
  if (naturalKeys.length === 0) return;
  let query = db
    .updateTable('delivery')
    .set({
      ...entering('superseded', 'a newer version of the record took its place'),
      next_look_at: lookedAtAgain,
    })
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where('natural_key', 'in', naturalKeys)
    .where('state', '=', 'queued');
  if (upTo !== undefined) query = query.where('version', '<=', upTo);
  await query.execute();
}

export interface Claim {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly leaseMs: number;
  readonly action: 'create' | 'update';
  /** For a create, see `Delivery`. */
  readonly candidates?: readonly string[];
}

/** queued → sending. False if it is not queued. */
export async function claimDelivery(db: Db, claim: Claim): Promise<boolean> {
  return moved(db, claim.deliveryId, 'sending', `claimed for a ${claim.action}`, {
    attempt_id: claim.attemptId,
    attempts: sql<number>`attempts + 1`,
    // each sending has its own two look-ups
    look_ups: sql<number>`look_ups + look_ups % 2`,
    action: claim.action,
    ...(claim.candidates && { candidates: [...claim.candidates] }),
    lease_until: fromNow(claim.leaseMs),
    next_look_at: null,
    fault: null,
  });
}

export interface Settled {
  readonly deliveryId: string;
  /** Given by the sender: only its own attempt is settled, even if it was believed lost meanwhile. */
  readonly attemptId?: string;
  readonly why: string;
}

const ended = { lease_until: null, next_look_at: null };

/** → done. With `checkAgainMs` the far side is checked once more after that time, because it was sent again. */
export async function settleDone(
  db: Db,
  settled: Settled & { readonly targetId: string | null; readonly checkAgainMs?: number | undefined },
): Promise<boolean> {
  return moved(
    db,
    settled.deliveryId,
    'done',
    settled.why,
    {
      ...ended,
      target_id: settled.targetId,
      fault: null,
      settled_at: sql<Date>`clock_timestamp()`,
      ...(settled.checkAgainMs !== undefined && { next_look_at: fromNow(settled.checkAgainMs) }),
    },
    settled.attemptId,
  );
}

/** → refused: parked for a person. With `lookAgainMs` the far side is checked after that time, in case the cause is gone. */
export async function settleRefused(
  db: Db,
  settled: Settled & { readonly fault: DeliveryFault; readonly lookAgainMs?: number },
): Promise<boolean> {
  const { fault, lookAgainMs } = settled;
  const set = {
    ...ended,
    fault: jsonb(fault),
    settled_at: sql<Date>`clock_timestamp()`,
    ...(lookAgainMs !== undefined && { next_look_at: fromNow(lookAgainMs) }),
  };
  return moved(db, settled.deliveryId, 'refused', settled.why, set, settled.attemptId);
}

/** → queued: surely not done. With `notBeforeMs` it is sent again only after that time. */
export async function putBack(db: Db, settled: Settled & { readonly notBeforeMs?: number | undefined }): Promise<boolean> {
  const { notBeforeMs } = settled;
  const set = { ...ended, attempt_id: null, ...(notBeforeMs !== undefined && { next_look_at: fromNow(notBeforeMs) }) };
  return moved(db, settled.deliveryId, 'queued', settled.why, set, settled.attemptId);
}

/** sending → unknown: it may have happened; looked up after `lookInMs`. */
export async function settleUnknown(db: Db, settled: Settled & { readonly lookInMs: number }): Promise<boolean> {
  const set = { lease_until: null, next_look_at: fromNow(settled.lookInMs) };
  return moved(db, settled.deliveryId, 'unknown', settled.why, set, settled.attemptId);
}

/** refused → superseded: a person leaves both sides as they are. The fault is kept: it names the record that was left alone. */
export async function leaveAlone(db: Db, deliveryId: string): Promise<boolean> {
  return moved(db, deliveryId, 'superseded', 'a person chose to leave it', ended);
}

/** A person chose that our values win, whatever the far side shows. */
export async function overrideDelivery(db: Db, deliveryId: string): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ payload: sql`payload || '{"override": true}'` })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** A person chose to add the company concerned to the project's directory before it is sent. */
export async function askToAdd(db: Db, deliveryId: string): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ payload: sql`payload || '{"addToProject": true}'` })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** A person said that the delivery did not make this far-side record. */
export async function tellApart(db: Db, deliveryId: string, targetId: string): Promise<void> {
  await db
    .updateTable('delivery')
    .set({
      payload: sql`payload || jsonb_build_object('toldApart', coalesce(payload -> 'toldApart', '[]') || to_jsonb(${targetId}::text))`,
    })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** Holds a queued delivery until a person pushes it: automation is off for the action that it turned out to need. */
export async function holdBack(db: Db, deliveryId: string, action: Delivery['action']): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ release: 'held', action, trail: stepOf('queued', `held: it would ${action}, and automation of that is off`) })
    .where('delivery_id', '=', deliveryId)
    .where('state', '=', 'queued')
    .execute();
}

/** One look-up did not find it. */
export async function noteNotThere(db: Db, deliveryId: string, lookAgainMs: number): Promise<void> {
  await db
    .updateTable('delivery')
    .set({
      look_ups: sql<number>`look_ups + 1`,
      next_look_at: fromNow(lookAgainMs),
      trail: stepOf('unknown', 'looked up: not there'),
    })
    .where('delivery_id', '=', deliveryId)
    .where('state', '=', 'unknown')
    .execute();
}

/** The resend was checked again: there is no second record. */
export async function noteCheckedAgain(db: Db, deliveryId: string): Promise<void> {
  await db.updateTable('delivery').set({ next_look_at: null }).where('delivery_id', '=', deliveryId).execute();
}

/** Checks the far side again after that time. `fault`, if given, replaces the stored one: a second record as it shows now. */
export async function lookAgainIn(db: Db, deliveryId: string, ms: number, fault?: DeliveryFault): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ next_look_at: fromNow(ms), ...(fault && { fault: jsonb(fault) }) })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** sending with an expired lease (its worker was killed or stalled) → unknown, looked up `settleMs` after the lease. */
export async function expireClaims(db: Db, fence: Fence, settleMs: number): Promise<number> {
  const changed = await db
    .updateTable('delivery')
    .set({
      ...entering('unknown', 'found in sending with an expired lease: its worker was lost'),
      next_look_at: sql<Date>`lease_until + ${settleMs} * interval '1 millisecond'`,
      lease_until: null,
    })
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where('state', '=', 'sending')
    .where('lease_until', '<', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  return Number(changed.numUpdatedRows);
}

const fromNow = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** A delivery that was to be sent again may have been made after all: it is checked again when it leaves the queue. */
const lookedAtAgain = sql<Date>`CASE WHEN look_ups > 1 AND candidates IS NOT NULL THEN ${fromNow(recheckMs)} END`;

/** A trail keeps its first and its latest entries; those between are dropped. */
const trailKeeps = { first: 8, all: 24 };

const stepOf = (state: DeliveryState, why: string) =>
  sql<string>`CASE WHEN jsonb_array_length(trail) >= ${trailKeeps.all}::int THEN trail - ${trailKeeps.first}::int ELSE trail END
    || jsonb_build_array(jsonb_build_object('state', ${state}::text, 'at', clock_timestamp(), 'why', ${why}::text))`;

const entering = (state: DeliveryState, why: string) => ({ state, trail: stepOf(state, why) });

async function moved(
  db: Db,
  deliveryId: string,
  to: DeliveryState,
  why: string,
  set: object,
  attemptId?: string,
): Promise<boolean> {
  let query = db
    .updateTable('delivery')
    .set({ ...set, ...entering(to, why) })
    .where('delivery_id', '=', deliveryId)
    .where('state', 'in', sourcesOf(to));
  if (attemptId !== undefined) query = query.where('attempt_id', '=', attemptId);
  const changed = await query.executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
