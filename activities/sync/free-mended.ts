import { type Delivery, lookAgainIn, noteCheckedAgain, putBack } from '../../shared/store/records/deliveries.ts';
import { dueHeldUp, isOvertaken, lockDelivery } from '../../shared/store/records/delivery-queue.ts';
import { type Cycle, unfenced, write } from './attempt.ts';
import { recordOf } from './scene.ts';

const atOnce = 200;

/**
 * Queues again what was held up by a cause that a person has since fixed on the far side without telling us (the company is on
 * the project now, the day is open again). The others are checked again later.
 */
export async function freeMended(cycle: Cycle): Promise<void> {
  const due = await unfenced(cycle, (db) => dueHeldUp(db, cycle.fence, atOnce));
  for (const delivery of due) await judge(cycle, delivery);
}

async function judge(cycle: Cycle, { deliveryId, action, ...delivery }: Delivery): Promise<void> {
  const { run, fence, dependencies } = cycle;
  // many records share a cause: what the stream listed for the first one serves the others
  const held = await run.heldUp(recordOf({ deliveryId, action, ...delivery }), action);
  await write(cycle, async (db) => {
    const current = await lockDelivery(db, deliveryId);
    if (current?.state !== 'refused') return;
    if (await isOvertaken(db, fence, current)) await noteCheckedAgain(db, deliveryId);
    else if (held) await lookAgainIn(db, deliveryId, dependencies.timings.careRoundMs);
    else await putBack(db, { deliveryId, why: 'what held it up is mended' });
  });
}
