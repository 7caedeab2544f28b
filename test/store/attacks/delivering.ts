import {
  claimDelivery,
  enqueue,
  expireClaims,
  leaveAlone,
  noteCheckedAgain,
  noteNotThere,
  overrideDelivery,
  putBack,
  settleDone,
  settleRefused,
  settleUnknown,
  supersedeQueued,
} from '../../../shared/store/deliveries.ts';
import { deliveriesPage } from '../../../shared/store/deliveries-view.ts';
import {
  dueLookUps,
  dueRechecks,
  inFlightKeys,
  isOvertaken,
  lockDelivery,
  mustWait,
  openTwins,
  openWork,
  queuedDeliveries,
  stubbornDeliveries,
} from '../../../shared/store/delivery-queue.ts';
import { leftAlone, parkedCauses, parkedDeliveries } from '../../../shared/store/parked.ts';
import { adoptTarget, claimedElsewhere, findRecordLinks, storeWanted, storeWritten } from '../../../shared/store/record-links.ts';
import type { Attacks } from './attack.ts';
import { type DeliveryWord, type Ids, leaseOf, naturalKey, payloadOf, stream } from './world.ts';

const why = 'attack';
const fault = { kind: 'conflict', subject: 'attack', seen: 'attack', needed: 'attack', where: 'attack' } as const;
const ofStream = ({ projectLinkId }: Ids) => ({ projectLinkId, stream });

/** A delivery as somebody holds it who has only its ids. */
const delivery = (ids: Ids, word: DeliveryWord) =>
  ({
    deliveryId: ids.deliveries[word].replace(/^./, '0'),
    naturalKey: naturalKey(ids, word),
    version: 0,
    state: 'queued',
    action: 'create',
    payload: payloadOf(ids, word),
    attempts: 0,
    candidates: [],
    lookUps: 0,
    fault: null,
  }) as const;

/** Intended writes, where they stand, and the records they belong to. */
export const onDeliveries = {
  enqueue: (db, ids) => enqueue(db, leaseOf(ids), [{ ...delivery(ids, 'queued'), version: 2, why }]),
  supersedeQueued: (db, ids) => supersedeQueued(db, leaseOf(ids), [naturalKey(ids, 'queued')]),
  claimDelivery: (db, { deliveries, commandId }) =>
    claimDelivery(db, { deliveryId: deliveries.queued, attemptId: commandId, leaseMs: 1000, action: 'create', candidates: [] }),
  settleDone: (db, { deliveries }) => settleDone(db, { deliveryId: deliveries.unknown, why, targetId: 'attack' }),
  settleRefused: (db, { deliveries }) => settleRefused(db, { deliveryId: deliveries.unknown, why, fault }),
  putBack: (db, { deliveries }) => putBack(db, { deliveryId: deliveries.refused, why }),
  settleUnknown: (db, { deliveries }) => settleUnknown(db, { deliveryId: deliveries.sending, why, lookInMs: 0 }),
  leaveAlone: (db, { deliveries }) => leaveAlone(db, deliveries.refused),
  overrideDelivery: (db, { deliveries }) => overrideDelivery(db, deliveries.refused),
  noteNotThere: (db, { deliveries }) => noteNotThere(db, deliveries.unknown, 0),
  noteCheckedAgain: (db, { deliveries }) => noteCheckedAgain(db, deliveries.done),
  expireClaims: (db, ids) => expireClaims(db, leaseOf(ids), 0),
  deliveriesPage: (db, { projectLinkId }) =>
    deliveriesPage(db, { projectLinkId, state: undefined, limit: 100, below: undefined }),

  queuedDeliveries: (db, ids) => queuedDeliveries(db, leaseOf(ids), 100),
  dueLookUps: (db, ids) => dueLookUps(db, leaseOf(ids), 100),
  dueRechecks: (db, ids) => dueRechecks(db, leaseOf(ids), 100),
  lockDelivery: (db, { deliveries }) => lockDelivery(db, deliveries.refused),
  mustWait: (db, ids) => mustWait(db, leaseOf(ids), delivery(ids, 'unknown')),
  openTwins: (db, ids) => openTwins(db, leaseOf(ids), payloadOf(ids, 'queued')),
  isOvertaken: (db, ids) => isOvertaken(db, leaseOf(ids), delivery(ids, 'queued')),
  inFlightKeys: (db, ids) => inFlightKeys(db, leaseOf(ids), [naturalKey(ids, 'unknown')]),
  stubbornDeliveries: (db, ids) => stubbornDeliveries(db, leaseOf(ids), 5),
  openWork: (db, ids) => openWork(db, leaseOf(ids)),
  parkedCauses: (db, ids) => parkedCauses(db, ofStream(ids)),
  parkedDeliveries: (db, { projectLinkId }) => parkedDeliveries(db, { projectLinkId, reason: 'conflict' }),
  leftAlone: (db, ids) => leftAlone(db, ofStream(ids), naturalKey(ids, 'done')),

  findRecordLinks: (db, ids) => findRecordLinks(db, leaseOf(ids), [naturalKey(ids, 'done')]),
  storeWanted: (db, ids) => storeWanted(db, leaseOf(ids), [{ naturalKey: naturalKey(ids, 'done'), hash: 'attack', version: 9 }]),
  claimedElsewhere: (db, ids) => claimedElsewhere(db, ofStream(ids), 'another key', [ids.mark]),
  storeWritten: (db, ids) =>
    storeWritten(db, leaseOf(ids), { naturalKey: naturalKey(ids, 'done'), targetId: 'attack', written: {}, hash: null }),
  adoptTarget: (db, ids) => adoptTarget(db, ofStream(ids), naturalKey(ids, 'queued'), 'attack'),
} satisfies Attacks;
