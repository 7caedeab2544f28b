import type { FarSideRecord, TargetRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/deliveries.ts';
import { openTwins } from '../../shared/store/delivery-queue.ts';
import { claimedElsewhere, findRecordLinks } from '../../shared/store/record-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { Cycle } from './attempt.ts';
import type { Scene } from './decide.ts';

/** Puts together what a decision about a delivery rests on, inside the unit of work that acts on it. */
export async function sceneOf(cycle: Cycle, db: Db, delivery: Delivery, listed: readonly FarSideRecord[]): Promise<Scene> {
  const { fence, run } = cycle;
  const { naturalKey, payload } = delivery;
  const link = (await findRecordLinks(db, fence, [naturalKey])).get(naturalKey);
  const seen = listed.filter((record) => record.searchKey === payload.searchKey || record.id === link?.targetId);
  const claimed = await claimedElsewhere(
    db,
    fence,
    naturalKey,
    seen.map((record) => record.id),
  );
  const twins = link?.targetId ? [] : await openTwins(db, fence, payload);
  return { delivery, link, seen, claimed, twins, agrees: run.agrees, handMade: run.handMade ?? 'leave' };
}

export const recordOf = ({ payload }: Delivery): TargetRecord => ({
  naturalKey: payload.naturalKey,
  searchKey: payload.searchKey,
  fields: payload.fields,
  address: payload.address,
  empty: payload.empty,
});
