import pLimit from 'p-limit';
import type { Fault } from '../../shared/domain/faults.ts';
import type { FarSideRecord, StreamRun } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { expireClaims } from '../../shared/store/records/deliveries.ts';
import { openWork, queuedDeliveries } from '../../shared/store/records/delivery-queue.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { claim } from './claim.ts';
import { waitsFor } from './decide.ts';
import { freeMended } from './free-mended.ts';
import { type Listing, listingOf, searchKeysFor, targetOf, withTarget } from './listing.ts';
import { lookUpUnknown } from './look-up.ts';
import { type Sent, send } from './send.ts';
import { waitInside } from './waiting.ts';

/** Deliveries of different records in flight at once, to go easy on the far side. */
const inFlightAtMost = 4;
const queuePage = 200;
/**
 * Unknown outcomes in a row after which a cycle stops sending: the far side is in trouble, and each would have to be looked up.
 */
const unknownInARow = 3;
/** After this many tries of one delivery, without any write of the stream in between, the cycle ends; a new one starts soon. */
const fruitlessTries = 5;

export interface Delivered {
  created: number;
  updated: number;
}

/**
 * Settles unknown outcomes that are due, frees what is not held up any more, then sends the queue, in order per record. May end
 * early, after the sends under way, by throwing the `Fault` that concerns the whole stream or states a long wait; what was
 * written until then is counted in `into`.
 */
export async function deliver(cycle: Cycle, into: Delivered): Promise<void> {
  const { dependencies, fence } = cycle;
  const work = await unfenced(cycle, (db) => openWork(db, fence));
  if (work.open === 0 && work.nextLookMs === undefined) return;
  await write(cycle, (db) => expireClaims(db, fence, dependencies.timings.settleMs));
  await dependencies.crashPoint('after-expire');
  const adopted = await lookUpUnknown(cycle);
  into.created += adopted.created;
  into.updated += adopted.updated;
  await freeMended(cycle);
  await drain(cycle, into);
}

async function drain(cycle: Cycle, into: Delivered): Promise<void> {
  const tried = new Set<string>();
  const guard = guardOf();
  const limit = pLimit(inFlightAtMost);
  for (;;) {
    const page = await unfenced(cycle, (db) => queuedDeliveries(db, cycle.fence, queuePage + tried.size));
    const queue = page.filter((delivery) => !tried.has(delivery.deliveryId));
    if (queue.length === 0) return;
    const listed = async (some: readonly Delivery[]): Promise<Listing> => listingOf(cycle.run, await searchKeysFor(cycle, some));
    const listing = cycle.run.looksSingly ? undefined : await listed(queue);
    await eachInTurn(queue, cycle.run.isMisplaced, (delivery) =>
      limit(async () => {
        if (guard.stopped()) return;
        tried.add(delivery.deliveryId);
        await guard.watch(async () => deliverOne(cycle, delivery, listing ?? (await listed([delivery])), into, guard));
      }),
    );
    guard.rethrow();
    if (guard.stopped()) return;
  }
}

/** Works on all at once, except those that must wait for one another: these run one after the other, in queue order. */
async function eachInTurn(
  queue: readonly Delivery[],
  isMisplaced: StreamRun['isMisplaced'],
  work: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  const turns: { readonly delivery: Delivery; readonly over: Promise<void> }[] = [];
  for (const delivery of queue) {
    const before = turns.filter((turn) => waitsFor(delivery, turn.delivery, isMisplaced)).map((turn) => turn.over);
    turns.push({ delivery, over: before.length > 0 ? Promise.all(before).then(() => work(delivery)) : work(delivery) });
  }
  await Promise.all(turns.map((turn) => turn.over));
}

async function deliverOne(cycle: Cycle, delivery: Delivery, listing: Listing, into: Delivered, guard: Guard): Promise<void> {
  const { context, dependencies } = cycle;
  let made = false;
  let tries = 0;
  for (let written = guard.written(); ; ) {
    context.signal.throwIfAborted();
    const listed = await seenFor(cycle, delivery, listing, made);
    await dependencies.crashPoint('before-claim');
    const answer = await claim(cycle, delivery, listed);
    if (answer.kind === 'adopted') into[answer.action === 'create' ? 'created' : 'updated'] += 1;
    if (answer.kind !== 'claimed') return;
    const sent = await send(cycle, answer.claimed);
    context.heartbeat({ created: into.created, updated: into.updated });
    guard.note(sent.kind);
    if (sent.kind === 'written') into[made || answer.claimed.action === 'create' ? 'created' : 'updated'] += 1;
    if (sent.kind !== 'put-back' && sent.kind !== 'misplaced') return;
    const helped = sent.kind === 'put-back' && guard.written() !== written;
    tries = helped ? 1 : tries + 1;
    written = guard.written();
    const isLast = tries >= fruitlessTries;
    if (sent.kind === 'misplaced') {
      made ||= answer.claimed.action === 'create';
      listing.outdate();
    } else if (sent.fault) await sitOut(cycle, sent.fault, !isLast);
    if (isLast) return;
  }
}

async function seenFor(cycle: Cycle, delivery: Delivery, listing: Listing, made: boolean): Promise<readonly FarSideRecord[]> {
  if (!made && !mayOverwrite(delivery)) return listing.fresh('create');
  return withTarget(cycle.run, await listing.fresh('overwrite'), await targetOf(cycle, delivery));
}

/** A create may have got a target since it was queued: by an earlier send, or by a person's choice. */
const mayOverwrite = ({ action, attempts, payload }: Delivery): boolean =>
  action === 'update' || attempts > 0 || payload.override === true;

/** Waits if the far side stated a short wait and waiting helps; otherwise throws the fault, which ends the cycle. */
async function sitOut({ context, dependencies }: Cycle, fault: Fault, helps: boolean): Promise<void> {
  const untilMs = fault.detail.waitUntilMs;
  const { nowMs, timings } = dependencies;
  if (!helps || untilMs === undefined || untilMs - nowMs() > timings.inlineWaitMs) throw fault;
  await waitInside(untilMs, fault.message, context, nowMs);
}

interface Guard {
  stopped(): boolean;
  /** Writes so far. */
  written(): number;
  /** Counts outcomes; several unknown ones in a row stop further sends. */
  note(kind: Sent['kind']): void;
  /** Runs one delivery; the first failure stops the others before their next claim. */
  watch(work: () => Promise<void>): Promise<void>;
  rethrow(): void;
}

/** Lets deliveries under way finish before a failure ends the cycle. */
function guardOf(): Guard {
  let unknown = 0;
  let written = 0;
  let failure: { readonly error: unknown } | undefined;
  return {
    stopped: () => failure !== undefined || unknown >= unknownInARow,
    written: () => written,
    note(kind) {
      unknown = kind === 'unknown' ? unknown + 1 : 0;
      if (kind === 'written') written += 1;
    },
    async watch(work) {
      try {
        await work();
      } catch (error) {
        failure ??= { error };
      }
    },
    rethrow() {
      if (failure) throw failure.error;
    },
  };
}
