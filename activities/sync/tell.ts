import type { Outcome, Reported } from '../../shared/partners/stream.ts';
import {
  claimTelling,
  giveBackTelling,
  noteTold,
  tellLater,
  type Untold,
  untoldDeliveries,
} from '../../shared/store/records/telling.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { recordOf } from './scene.ts';

const atOnce = 200;

/**
 * Reports results of records to the source, if its stream does that and the source lacks them. A failed report is repeated in a
 * later cycle.
 */
export async function tell(cycle: Cycle): Promise<void> {
  if (!cycle.run.report) return;
  for (const untold of await unfenced(cycle, (db) => untoldDeliveries(db, cycle.fence, atOnce))) {
    cycle.context.signal.throwIfAborted();
    await tellOne(cycle, untold);
    cycle.context.heartbeat({ told: untold.delivery.deliveryId });
  }
}

async function tellOne(cycle: Cycle, untold: Untold): Promise<void> {
  const { run, dependencies } = cycle;
  const { report } = run;
  const { deliveryId } = untold.delivery;
  const outcome = outcomeOf(untold);
  if (!outcome || !report) return;
  const { careRoundMs, claimLeaseMs, httpDeadlineMs } = dependencies.timings;
  const sinceMs = performance.now();
  // committed only while the fence is held: an attempt that lost it reports nothing
  if (!(await write(cycle, (db) => claimTelling(db, deliveryId, claimLeaseMs)))) return;
  await dependencies.crashPoint('before-telling');
  let reported: Reported;
  try {
    reported = await report(outcome, () => performance.now() - sinceMs + httpDeadlineMs < claimLeaseMs);
  } catch (error) {
    await unfenced(cycle, (db) => giveBackTelling(db, deliveryId));
    throw error;
  }
  await dependencies.crashPoint('after-telling');
  await unfenced(cycle, (db) =>
    reported === 'held' ? tellLater(db, deliveryId, untold.end, careRoundMs) : noteTold(db, deliveryId, untold.end),
  );
  await dependencies.crashPoint('after-told');
}

function outcomeOf({ delivery, targetId }: Untold): Outcome | undefined {
  const record = recordOf(delivery);
  if (targetId !== null) return { kind: 'returned', record, targetId };
  if (!delivery.fault) return undefined;
  const { kind: reason, subject, seen, needed, where } = delivery.fault;
  return { kind: 'blocked', record, cause: { reason, subject, seen, needed, where } };
}
