import type { ForeseenRecord } from '../../shared/domain/dry-run.ts';
import type { FarSideRecord } from '../../shared/partners/stream.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { unclearFormers } from '../../shared/store/records/delivery-queue.ts';
import { leftAlone } from '../../shared/store/records/parked.ts';
import { findRecordLinks, type RecordLink, takersOf } from '../../shared/store/records/record-links.ts';
import { planOf, type SendPlan, waitsFor } from '../sync/decide.ts';
import { searchKeysOf, withTarget } from '../sync/listing.ts';
import { asKnown, concerns, recordOf, type Scene } from '../sync/scene.ts';
import { type Look, read, readEach } from './look.ts';
import { cannot, causeOf, leftAsItIs, namedBy, sent, why, whySent } from './words.ts';

/** What the decisions about one queue rest on; each decision changes what later ones see, as settling it would. */
interface Stage {
  readonly look: Look;
  readonly links: ReadonlyMap<string, RecordLink>;
  /** Record keys by the far-side id they have taken. */
  readonly taken: Map<string, string>;
  /** Deliveries that are not settled, in queue order. */
  readonly open: Map<string, Delivery>;
  readonly inFlight: readonly Delivery[];
  readonly formers: readonly Delivery[];
}

/** What would happen to each delivery of a queue: decided by the engine's own rules, on the far side as it is listed now. */
export async function planQueue(
  look: Look,
  queue: readonly Delivery[],
  inFlight: readonly Delivery[],
): Promise<readonly ForeseenRecord[]> {
  if (queue.length === 0) return [];
  const open = [...inFlight, ...queue];
  const keys = [...new Set(open.map(({ naturalKey }) => naturalKey))];
  const links = new Map(await readEach(look, keys, (db, some) => findRecordLinks(db, look.of, some)));
  const formers = await readEach(look, queue, (db, some) => unclearFormers(db, look.of, some));
  const listed = await look.run.lookUp([...new Set(searchKeysOf(look.run, [...queue, ...formers], links))]);
  const ids = [...new Set(listed.map(({ id }) => id))];
  const stage: Stage = {
    look,
    links,
    taken: new Map(await readEach(look, ids, (db, some) => takersOf(db, look.of, some))),
    open: new Map(open.map((delivery) => [delivery.deliveryId, delivery])),
    inFlight,
    formers,
  };
  const foreseen: ForeseenRecord[] = [];
  // what waits for a push is decided when it is pushed: after all that is sent automatically
  const inTurn = [...queue.filter(({ release }) => release !== 'held'), ...queue.filter(({ release }) => release === 'held')];
  for (const delivery of inTurn) {
    look.context.signal.throwIfAborted();
    const seen = await withTarget(look.run, listed, links.get(delivery.naturalKey)?.targetId);
    foreseen.push(await decided(stage, delivery, planOf(sceneAt(stage, delivery, seen))));
    stage.open.delete(delivery.deliveryId);
    look.context.heartbeat({ planned: foreseen.length });
  }
  return foreseen;
}

function sceneAt({ look, links, taken, open, formers: all }: Stage, delivery: Delivery, listed: readonly FarSideRecord[]): Scene {
  const { naturalKey, payload } = delivery;
  const { agrees, isMisplaced, handMade = 'leave' } = look.run;
  const link = links.get(naturalKey);
  const formers = link?.targetId ? [] : all.filter((one) => one.naturalKey === naturalKey);
  const versions = [delivery, ...formers];
  const seen = listed.filter((record) => versions.some((one) => concerns(record, one.payload, link, isMisplaced)));
  const takenByOthers = seen.flatMap(({ id }) => ((taken.get(id) ?? naturalKey) === naturalKey ? [] : [id]));
  const twins = [...open.values()].filter(
    (one) => !links.get(one.naturalKey)?.targetId && (one.payload.searchKey === payload.searchKey || one.candidates !== null),
  );
  return {
    delivery,
    link,
    seen: seen.map((record) => asKnown(look.run, record, link)),
    taken: new Set(takenByOthers),
    twins,
    formers,
    agrees,
    isMisplaced,
    handMade,
  };
}

async function decided(stage: Stage, delivery: Delivery, plan: SendPlan): Promise<ForeseenRecord> {
  const { look, inFlight, taken } = stage;
  const named = namedBy(delivery.payload);
  switch (plan.kind) {
    case 'drop':
      return leftAsItIs(named, sentence(plan.why));
    case 'adopt':
      taken.set(plan.record.id, delivery.naturalKey);
      return leftAsItIs(named, why.adopted);
    case 'refuse': {
      const { targetId } = plan.fault;
      const left = targetId ? await read(look, (db) => leftAlone(db, look.of, delivery.naturalKey)) : undefined;
      return targetId && left?.has(targetId) ? leftAsItIs(named, why.leftByPerson) : cannot(named, causeOf(plan.fault));
    }
    case 'create':
    case 'update': {
      const heldUp = await look.run.heldUp(recordOf(delivery), delivery.action);
      if (heldUp) return cannot(named, heldUp);
      const waits = inFlight.some((other) => waitsFor(delivery, other, look.run.isMisplaced));
      const isHeld = delivery.release === 'held' || (!look.automation[plan.kind] && delivery.release !== 'pushed');
      return sent(named, plan.kind, whySent(delivery, plan, waits), isHeld);
    }
  }
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
