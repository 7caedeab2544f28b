import { randomUUID } from 'node:crypto';
import type { RecordFields } from '../../shared/domain/deliveries.ts';
import type { Cause, FarSideRecord } from '../../shared/partners/stream.ts';
import {
  claimDelivery,
  type Delivery,
  holdBack,
  leaveAlone,
  settleDone,
  settleRefused,
  supersedeQueued,
} from '../../shared/store/records/deliveries.ts';
import { inFlight, isOvertaken, lockDelivery } from '../../shared/store/records/delivery-queue.ts';
import { leftAlone } from '../../shared/store/records/parked.ts';
import { storeWritten } from '../../shared/store/records/record-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Cycle, write } from './attempt.ts';
import { planOf, recheckOf, type SendPlan, waitsFor } from './decide.ts';
import { recordOf, type Scene, sceneOf, writtenAs } from './scene.ts';

/** The right to send one delivery once. */
export interface Claimed {
  readonly delivery: Delivery;
  readonly attemptId: string;
  readonly action: 'create' | 'update';
  readonly targetId: string | null;
  /** The record as it was before this update; null for a create. */
  readonly before: RecordFields | null;
  /** Monotonic time before the claim was made: the lease lasts at least from here. */
  readonly sinceMs: number;
}

export type ClaimAnswer =
  | { readonly kind: 'claimed'; readonly claimed: Claimed }
  /** Settled without a call: the far side shows it already. */
  | { readonly kind: 'adopted'; readonly action: 'create' | 'update' }
  /** Parked, dropped, superseded, or it has to wait for another delivery. */
  | { readonly kind: 'nothing-to-send' };

/**
 * Decides about a queued delivery and, if something is to be sent, claims it: one transaction, committed before the call. The
 * far-side records seen are stored with the claim of a create.
 */
export async function claim(cycle: Cycle, queued: Delivery, listed: readonly FarSideRecord[]): Promise<ClaimAnswer> {
  const held = await heldUp(cycle, queued);
  const sinceMs = performance.now();
  return write(cycle, async (db) => {
    const delivery = await lockDelivery(db, queued.deliveryId);
    if (delivery?.state !== 'queued') return { kind: 'nothing-to-send' };
    const busy = await inFlight(db, cycle.fence);
    if (busy.some((other) => waitsFor(delivery, other, cycle.run.isMisplaced))) return { kind: 'nothing-to-send' };
    if (await isOvertaken(db, cycle.fence, delivery)) {
      await supersedeQueued(db, cycle.fence, [delivery.naturalKey], delivery.version);
      return { kind: 'nothing-to-send' };
    }
    const scene = await sceneOf(cycle, db, delivery, listed);
    return act(cycle, db, scene, planOf(scene), held, sinceMs);
  });
}

/**
 * Returns what holds it up now. If a person asked for it, first adds its company to the project. Prepares what is not held up.
 */
async function heldUp({ run, context }: Cycle, queued: Delivery): Promise<Cause | undefined> {
  const record = recordOf(queued);
  const held = await run.heldUp(record, queued.action);
  const isForOtherReasons = held !== undefined && held.reason !== 'vendor-not-on-project';
  const isAsked = queued.payload.addToProject === true && run.addToProject !== undefined;
  const standing = isAsked && !isForOtherReasons ? await run.addToProject?.(record) : held;
  const alive = (): void => context.heartbeat({ preparing: queued.deliveryId });
  return standing ?? run.prepare?.(record, queued.action, alive);
}

async function act(
  cycle: Cycle,
  db: Db,
  { delivery, link }: Scene,
  plan: SendPlan,
  held: Cause | undefined,
  sinceMs: number,
): Promise<ClaimAnswer> {
  const { fence, dependencies } = cycle;
  const { deliveryId, naturalKey, payload } = delivery;
  switch (plan.kind) {
    case 'drop':
      await settleDone(db, { deliveryId, targetId: null, why: plan.why });
      return { kind: 'nothing-to-send' };
    case 'adopt': {
      const { id: targetId, fields } = plan.record;
      const written = writtenAs(cycle.run, fields, payload.fields);
      await settleDone(db, { deliveryId, targetId, why: 'an entry of ours says so already', checkAgainMs: recheckOf(delivery) });
      await storeWritten(db, fence, { naturalKey, targetId, written, hash: payload.hash });
      return { kind: 'adopted', action: delivery.action };
    }
    case 'refuse': {
      await settleRefused(db, { deliveryId, fault: plan.fault, why: plan.fault.kind });
      // decided once for that record: a later version of ours does not ask again
      const { targetId } = plan.fault;
      if (targetId && (await leftAlone(db, fence, naturalKey)).has(targetId)) await leaveAlone(db, deliveryId);
      return { kind: 'nothing-to-send' };
    }
    case 'create':
    case 'update': {
      // the plan's action may differ from the one it was queued with
      if (!cycle.automation[plan.kind] && delivery.release !== 'pushed') {
        await holdBack(db, deliveryId, plan.kind);
        return { kind: 'nothing-to-send' };
      }
      if (held) {
        const { reason: kind, ...said } = held;
        const fault = { kind, ...said };
        await settleRefused(db, { deliveryId, fault, why: kind, lookAgainMs: dependencies.timings.careRoundMs });
        return { kind: 'nothing-to-send' };
      }
      const current = plan.kind === 'update' ? plan.current : undefined;
      // found just now, or overwritten by a person's choice: store the current values, for a later look-up to compare with
      if (current && (payload.override || !link?.targetId)) {
        await storeWritten(db, fence, { naturalKey, targetId: current.id, written: current.fields, hash: null });
      }
      const attemptId = randomUUID();
      const leaseMs = dependencies.timings.claimLeaseMs;
      const candidates = plan.kind === 'create' ? { candidates: plan.candidates } : {};
      const taken = await claimDelivery(db, { deliveryId, attemptId, leaseMs, action: plan.kind, ...candidates });
      if (!taken) return { kind: 'nothing-to-send' };
      const target = { targetId: current?.id ?? null, before: current?.fields ?? null };
      return { kind: 'claimed', claimed: { delivery, attemptId, action: plan.kind, ...target, sinceMs } };
    }
  }
}
