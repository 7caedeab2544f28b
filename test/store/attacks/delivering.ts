import {
  askToAdd,
  claimDelivery,
  expireClaims,
  holdBack,
  leaveAlone,
  lookAgainIn,
  noteCheckedAgain,
  noteNotThere,
  overrideDelivery,
  putBack,
  settleDone,
  settleRefused,
  settleUnknown,
  supersedeQueued,
  tellApart,
} from '../../../shared/store/records/deliveries.ts';
import { deliveriesPage } from '../../../shared/store/records/deliveries-view.ts';
import {
  dueHeldUp,
  dueLookUps,
  dueRechecks,
  inFlight,
  isOvertaken,
  lockDelivery,
  openDeliveries,
  openTwins,
  openWork,
  queuedDeliveries,
  stubbornDeliveries,
  unclearFormers,
} from '../../../shared/store/records/delivery-queue.ts';
import { meantAfter, newestMeant, writtenRecords } from '../../../shared/store/records/known-records.ts';
import { leftAlone, parkedCauses, parkedDeliveries, withdrawUnsent } from '../../../shared/store/records/parked.ts';
import { endedAs, queueAgain } from '../../../shared/store/records/reconciles.ts';
import {
  adoptTarget,
  findRecordLinks,
  forgetTarget,
  knownRecords,
  storeWritten,
  takenElsewhere,
  takersOf,
} from '../../../shared/store/records/record-links.ts';
import {
  claimTelling,
  giveBackTelling,
  noteTold,
  tellAgain,
  tellLater,
  untoldDeliveries,
} from '../../../shared/store/records/telling.ts';
import { classesOf, takeRecords } from '../../../shared/store/records/wanted-records.ts';
import type { Attacks } from './attack.ts';
import { type DeliveryWord, fenceOf, type Ids, naturalKey, payloadOf, stream } from './world.ts';

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
    release: 'automatic',
    attempts: 0,
    candidates: null,
    lookUps: 0,
    fault: null,
  }) as const;

/** Intended writes, where they stand, and the records they belong to. */
export const onDeliveries = {
  takeRecords: (db, ids) =>
    takeRecords(db, fenceOf(ids), [{ ...payloadOf(ids, 'done'), hash: 'attack' }], { create: true, update: true }),
  classesOf: (db, ids) => classesOf(db, ofStream(ids), [{ ...payloadOf(ids, 'done'), hash: 'attack' }]),
  holdBack: (db, { deliveries }) => holdBack(db, deliveries.queued, 'create'),
  supersedeQueued: (db, ids) => supersedeQueued(db, fenceOf(ids), [naturalKey(ids, 'queued')]),
  claimDelivery: (db, { deliveries, commandId }) =>
    claimDelivery(db, { deliveryId: deliveries.queued, attemptId: commandId, leaseMs: 1000, action: 'create', candidates: [] }),
  newestMeant: (db, ids) => newestMeant(db, ofStream(ids), [naturalKey(ids, 'done')]),
  meantAfter: (db, ids) => meantAfter(db, ofStream(ids), '0', 10),
  writtenRecords: (db, ids) => writtenRecords(db, ofStream(ids), { since: null }),
  settleDone: (db, { deliveries }) => settleDone(db, { deliveryId: deliveries.unknown, why, targetId: 'attack' }),
  settleRefused: (db, { deliveries }) => settleRefused(db, { deliveryId: deliveries.unknown, why, fault }),
  putBack: (db, { deliveries }) => putBack(db, { deliveryId: deliveries.refused, why }),
  settleUnknown: (db, { deliveries }) => settleUnknown(db, { deliveryId: deliveries.sending, why, lookInMs: 0 }),
  leaveAlone: (db, { deliveries }) => leaveAlone(db, deliveries.refused),
  askToAdd: (db, { deliveries }) => askToAdd(db, deliveries.refused),
  tellApart: (db, { deliveries }) => tellApart(db, deliveries.refused, why),
  overrideDelivery: (db, { deliveries }) => overrideDelivery(db, deliveries.refused),
  noteNotThere: (db, { deliveries }) => noteNotThere(db, deliveries.unknown, 0),
  lookAgainIn: (db, { deliveries }) => lookAgainIn(db, deliveries.unknown, 0),
  noteCheckedAgain: (db, { deliveries }) => noteCheckedAgain(db, deliveries.done),
  expireClaims: (db, ids) => expireClaims(db, fenceOf(ids), 0),
  deliveriesPage: (db, { projectLinkId }) =>
    deliveriesPage(db, { projectLinkId, state: undefined, release: undefined, limit: 100, below: undefined }),

  queuedDeliveries: (db, ids) => queuedDeliveries(db, fenceOf(ids), 100),
  dueLookUps: (db, ids) => dueLookUps(db, fenceOf(ids), 100),
  dueHeldUp: (db, ids) => dueHeldUp(db, fenceOf(ids), 100),
  dueRechecks: (db, ids) => dueRechecks(db, fenceOf(ids), 100),
  lockDelivery: (db, { deliveries }) => lockDelivery(db, deliveries.refused),
  inFlight: (db, ids) => inFlight(db, fenceOf(ids)),
  openDeliveries: (db, ids) => openDeliveries(db, ofStream(ids)),
  openTwins: (db, ids) => openTwins(db, fenceOf(ids), payloadOf(ids, 'queued').searchKey),
  unclearFormers: (db, ids) => unclearFormers(db, ofStream(ids), [{ naturalKey: naturalKey(ids, 'unclear'), version: 9 }]),
  isOvertaken: (db, ids) => isOvertaken(db, fenceOf(ids), delivery(ids, 'queued')),
  stubbornDeliveries: (db, ids) => stubbornDeliveries(db, fenceOf(ids), 5),
  openWork: (db, ids) => openWork(db, fenceOf(ids)),
  withdrawUnsent: (db, ids) => withdrawUnsent(db, ofStream(ids), [naturalKey(ids, 'queued'), naturalKey(ids, 'refused')]),
  parkedCauses: (db, ids) => parkedCauses(db, ofStream(ids)),
  parkedDeliveries: (db, { projectLinkId }) => parkedDeliveries(db, { projectLinkId, reason: 'conflict' }),
  untoldDeliveries: (db, ids) => untoldDeliveries(db, fenceOf(ids), 100),
  claimTelling: (db, { deliveries }) => claimTelling(db, deliveries.refused, 1000),
  noteTold: (db, { deliveries }) => noteTold(db, deliveries.refused, why),
  tellLater: (db, { deliveries }) => tellLater(db, deliveries.refused, why, 1000),
  giveBackTelling: (db, { deliveries }) => giveBackTelling(db, deliveries.done),
  tellAgain: (db, ids) => tellAgain(db, ofStream(ids), [naturalKey(ids, 'done')]),
  leftAlone: (db, ids) => leftAlone(db, ofStream(ids), naturalKey(ids, 'done')),

  findRecordLinks: (db, ids) => findRecordLinks(db, fenceOf(ids), [naturalKey(ids, 'done')]),
  takenElsewhere: (db, ids) => takenElsewhere(db, ofStream(ids), 'another key', [ids.mark]),
  takersOf: (db, ids) => takersOf(db, ofStream(ids), [ids.mark]),
  knownRecords: (db, ids) => knownRecords(db, ofStream(ids), '', 100),
  storeWritten: (db, ids) =>
    storeWritten(db, fenceOf(ids), { naturalKey: naturalKey(ids, 'done'), targetId: 'attack', written: {}, hash: null }),
  forgetTarget: (db, ids) => forgetTarget(db, ofStream(ids), naturalKey(ids, 'done')),
  queueAgain: (db, ids) => queueAgain(db, fenceOf(ids), [naturalKey(ids, 'done')]),
  endedAs: (db, { deliveries }) => endedAs(db, [deliveries.done], 'done'),
  adoptTarget: (db, ids) => adoptTarget(db, ofStream(ids), naturalKey(ids, 'queued'), 'attack'),
} satisfies Attacks;
