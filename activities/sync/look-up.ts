import type { FarSideRecord } from '../../shared/partners/stream.ts';
import { type Delivery, noteNotThere, putBack, settleDone, settleRefused } from '../../shared/store/records/deliveries.ts';
import { dueLookUps, dueRechecks, lockDelivery, recheckedStates } from '../../shared/store/records/delivery-queue.ts';
import { storeWritten } from '../../shared/store/records/record-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { recheckOf, verdictOf } from './decide.ts';
import { searchKeysFor, targetOf, withTarget } from './listing.ts';
import { checkAgain } from './recheck.ts';
import { pauseBeforeResend } from './resends.ts';
import { sceneOf, writtenAs } from './scene.ts';

/** Look-ups that must find no record before it counts as surely not made. */
const looksNeeded = 2;
const atOnce = 200;

/** Settles the unknown outcomes that are due, and rechecks resent ones; one fresh listing for all of them. */
export async function lookUpUnknown(cycle: Cycle): Promise<{ readonly created: number; readonly updated: number }> {
  const { dependencies, fence, run } = cycle;
  const due = await unfenced(cycle, async (db) => [
    ...(await dueLookUps(db, fence, atOnce)),
    ...(await dueRechecks(db, fence, atOnce)),
  ]);
  const counts = { created: 0, updated: 0 };
  if (due.length === 0) return counts;
  await dependencies.crashPoint('before-look-up');
  const listed = await run.lookUp([...new Set(await searchKeysFor(cycle, due))]);
  for (const one of due) {
    const { deliveryId } = one;
    const seen = await withTarget(run, listed, await targetOf(cycle, one));
    const adopted = await write(cycle, async (db) => {
      const delivery = await lockDelivery(db, deliveryId);
      if (delivery?.state === 'unknown') return judge(cycle, db, delivery, seen);
      if (delivery && recheckedStates.includes(delivery.state)) await checkAgain(cycle, db, delivery, seen);
      return undefined;
    });
    if (adopted === 'create') counts.created += 1;
    if (adopted === 'update') counts.updated += 1;
  }
  await dependencies.crashPoint('after-look-up');
  return counts;
}

async function judge(
  cycle: Cycle,
  db: Db,
  delivery: Delivery,
  listed: readonly FarSideRecord[],
): Promise<'create' | 'update' | undefined> {
  const { fence, dependencies } = cycle;
  const { deliveryId, naturalKey } = delivery;
  const verdict = verdictOf(await sceneOf(cycle, db, delivery, listed));
  switch (verdict.kind) {
    case 'adopt': {
      const { id: targetId, fields } = verdict.record;
      const written = writtenAs(cycle.run, fields, delivery.payload.fields);
      await settleDone(db, { deliveryId, targetId, why: 'looked up: it stands there', checkAgainMs: recheckOf(delivery) });
      await storeWritten(db, fence, { naturalKey, targetId, written, hash: delivery.payload.hash });
      return delivery.action;
    }
    case 'correct': {
      const { id: targetId, fields: written } = verdict.record;
      await putBack(db, { deliveryId, why: 'looked up: it stands where another record is meant to, to be corrected there' });
      await storeWritten(db, fence, { naturalKey, targetId, written, hash: null });
      return undefined;
    }
    case 'refuse':
      await settleRefused(db, { deliveryId, fault: verdict.fault, why: `looked up: ${verdict.fault.kind}` });
      return undefined;
    case 'not-there':
      await noteNotThere(db, deliveryId, dependencies.timings.settleMs);
      // an even number of looks: each sending is looked up twice before the next
      if ((delivery.lookUps + 1) % looksNeeded === 0) {
        const notBeforeMs = pauseBeforeResend(delivery.attempts, dependencies.timings.settleMs);
        await putBack(db, { deliveryId, why: 'looked up twice, not there: sent anew', notBeforeMs });
      }
      return undefined;
  }
}
