import { type DeliveryFault, recheckMs } from '../../shared/domain/deliveries.ts';
import type { FarSideRecord } from '../../shared/partners/stream.ts';
import {
  type Delivery,
  lookAgainIn,
  noteCheckedAgain,
  settleDone,
  settleRefused,
} from '../../shared/store/records/deliveries.ts';
import { leftAlone } from '../../shared/store/records/parked.ts';
import { storeWritten } from '../../shared/store/records/record-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { Cycle } from './attempt.ts';
import { inWords } from './decide.ts';
import { surplusOf } from './own-records.ts';
import { type Scene, sceneOf, writtenAs } from './scene.ts';

/**
 * Checks again what was resent: the former send may have made its record after all. If there is a second record of ours, the
 * delivery waits for a person, and is checked from time to time until that one is gone; newer versions change the adopted one
 * meanwhile.
 */
export async function checkAgain(cycle: Cycle, db: Db, delivery: Delivery, listed: readonly FarSideRecord[]): Promise<void> {
  const { deliveryId, naturalKey, payload } = delivery;
  const { fence, dependencies } = cycle;
  const scene = await sceneOf(cycle, db, delivery, listed);
  const surplus = surplusOf(scene, await leftAlone(db, fence, naturalKey));
  if (surplus === 'unclear') return lookAgainIn(db, deliveryId, dependencies.timings.settleMs);
  if (surplus === undefined) return standsAlone(db, delivery, scene.link?.targetId ?? null);
  if (mayTakeItsPlace(scene, surplus)) {
    const { id: targetId, fields } = surplus;
    const written = writtenAs(cycle.run, fields, payload.fields);
    await storeWritten(db, fence, { naturalKey, targetId, written, hash: payload.hash });
    return standsAlone(db, delivery, targetId);
  }
  const fault = thereAreTwo(delivery, surplus);
  if (delivery.state === 'refused') return lookAgainIn(db, deliveryId, recheckMs, fault);
  await settleRefused(db, { deliveryId, fault, why: 'checked again: there are two', lookAgainMs: recheckMs });
}

/** The adopted one was removed instead; it got no newer values, and the other one shows all that was meant. */
const mayTakeItsPlace = ({ delivery, link, seen, agrees }: Scene, surplus: FarSideRecord): boolean =>
  link?.version === delivery.version &&
  !seen.some(({ id }) => id === link.targetId) &&
  agrees(surplus.fields, delivery.payload.fields);

async function standsAlone(db: Db, { deliveryId, state }: Delivery, targetId: string | null): Promise<void> {
  if (state !== 'refused') return noteCheckedAgain(db, deliveryId);
  await settleDone(db, { deliveryId, targetId, why: 'checked again: it stands alone' });
}

function thereAreTwo({ payload }: Delivery, { id, fields }: FarSideRecord): DeliveryFault {
  const name = payload.address['label'] ?? payload.naturalKey;
  return {
    kind: 'outcome-unknown',
    subject: `record:${payload.naturalKey}`,
    seen: `${name}: a second entry surfaced after it had been sent anew`,
    needed: `One entry with ${inWords(fields)} removed, or a person’s choice to leave it`,
    where: payload.address['screen'] ?? 'the record on the far side',
    targetId: id,
    surplus: true,
  };
}
