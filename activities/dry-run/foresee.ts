import type { DeliveryPayload } from '../../shared/domain/deliveries.ts';
import type { ForeseenRecord } from '../../shared/domain/dry-run.ts';
import type { Delivery } from '../../shared/store/records/deliveries.ts';
import { openDeliveries } from '../../shared/store/records/delivery-queue.ts';
import { leftBehind } from '../../shared/store/records/gathered-facts.ts';
import { findRecordLinks, type KnownRecord, knownRecords, type RecordLink } from '../../shared/store/records/record-links.ts';
import { type Classes, classesOf } from '../../shared/store/records/wanted-records.ts';
import { payloadOf } from '../sync/payload.ts';
import { type Look, portion, read, readEach } from './look.ts';
import { planQueue } from './plan-queue.ts';
import { cannot, causeOf, leftAsItIs, namedBy, sent, why } from './words.ts';
import { type WouldMap, wouldMap } from './would-map.ts';

/**
 * What the next cycle of a stream would do, record by record. Reads, maps, classifies and decides with the engine's own parts, in
 * its order, but stores and sends nothing. Returns every record that is known or was read.
 */
export async function foresee(look: Look): Promise<readonly ForeseenRecord[]> {
  const mapped = await wouldMap(look);
  const { stream, of } = look;
  const meant = new Map<string, DeliveryPayload>();
  for (const one of mapped)
    if (one.mapped.kind === 'record') meant.set(one.mapped.record.naturalKey, payloadOf(stream, one.mapped.record));
  const classes = new Map(await readEach(look, [...meant.values()], (db, some) => classesOf(db, of, some)));
  const open = await read(look, (db) => openDeliveries(db, of));
  const { blocked, gone } = await sortedOut(look, mapped);
  const overtaken = (key: string): boolean => gone.has(key) || (classes.get(key) ?? 'unchanged') !== 'unchanged';
  const queue = [
    ...open.filter(({ state, naturalKey }) => state === 'queued' && !overtaken(naturalKey)),
    ...(await newDeliveries(look, meant, classes)),
  ];
  const inFlight = open.filter(({ state }) => state !== 'queued');
  const foreseen = new Map(blocked.map((record) => [record.naturalKey, record]));
  for (const record of await planQueue(look, queue, inFlight)) foreseen.set(record.naturalKey, record);
  for await (const known of allKnown(look)) {
    const { naturalKey } = known.link;
    if (foreseen.has(naturalKey)) continue;
    const record = asItStands(known, classes.get(naturalKey) === 'settled', gone.has(naturalKey));
    if (record) foreseen.set(naturalKey, record);
  }
  return [...foreseen.values()];
}

/**
 * What cannot be mapped to a record: the ones that a person must act on first, and the ones that mean no record; and the keys of
 * all of them, for which nothing queued is sent any more.
 */
async function sortedOut(
  look: Look,
  mapped: readonly WouldMap[],
): Promise<{ readonly blocked: readonly ForeseenRecord[]; readonly gone: ReadonlySet<string> }> {
  const others = mapped.flatMap((one) => (one.mapped.kind === 'record' ? [] : [{ mapped: one.mapped, from: one.from }]));
  const keys = others.map((one) => one.mapped.naturalKey);
  const links = new Map(await readEach(look, keys, (db, some) => findRecordLinks(db, look.of, some)));
  const blocked = others.flatMap(({ mapped: one, from }): ForeseenRecord[] => {
    const link = links.get(one.naturalKey);
    const named = { naturalKey: one.naturalKey, label: one.naturalKey, fields: link?.written ?? null };
    if (one.kind === 'nothing') return from === 'facts' ? [leftAsItIs(named, `Nothing is sent: ${one.why}.`)] : [];
    return isHeldUp(from, link) ? [cannot(named, one)] : [];
  });
  return { blocked, gone: new Set(keys) };
}

/** Nothing needs correcting if no record was ever meant, or none exists. */
function isHeldUp(from: WouldMap['from'], link: RecordLink | undefined): boolean {
  if (from === 'facts') return true;
  if (from === 'nothing-left') return link !== undefined;
  return link !== undefined && link.targetId !== null && link.wantedHash !== leftBehind;
}

/** What classification would queue, in the same order. */
async function newDeliveries(
  look: Look,
  meant: ReadonlyMap<string, DeliveryPayload>,
  classes: ReadonlyMap<string, keyof Classes>,
): Promise<readonly Delivery[]> {
  const changed = [...meant.values()].flatMap((payload) => {
    const of = classes.get(payload.naturalKey);
    return of === 'created' || of === 'updated' ? [{ payload, action: actionOf[of] }] : [];
  });
  const keys = changed.map(({ payload }) => payload.naturalKey);
  const links = new Map(await readEach(look, keys, (db, some) => findRecordLinks(db, look.of, some)));
  return changed
    .sort((left, right) => (left.payload.naturalKey < right.payload.naturalKey ? -1 : 1))
    .map(({ payload, action }) => ({
      deliveryId: `new:${payload.naturalKey}`,
      naturalKey: payload.naturalKey,
      version: (links.get(payload.naturalKey)?.version ?? 0) + 1,
      state: 'queued',
      action,
      payload,
      release: look.automation[action] ? 'automatic' : 'held',
      attempts: 0,
      candidates: null,
      lookUps: 0,
      fault: null,
    }));
}

const actionOf = { created: 'create', updated: 'update' } as const;

/** A known record that the next cycle would not touch, and why; undefined if nothing is meant for it, and nothing exists. */
function asItStands({ link, newest }: KnownRecord, isSettled: boolean, isGone: boolean): ForeseenRecord | undefined {
  const { naturalKey, targetId, written, wantedHash, version } = link;
  const named = newest
    ? { ...namedBy(newest.payload), fields: written ?? newest.payload.fields }
    : { naturalKey, label: naturalKey, fields: written };
  if (wantedHash === leftBehind) return leftAsItIs(named, why.leftBehind);
  if (isSettled) return leftAsItIs(named, why.showsIt);
  if (newest?.state === 'sending' || newest?.state === 'unknown') return sent(named, newest.action, why.underWay, false);
  if (newest?.state === 'refused' && newest.fault && (newest.version === version || newest.fault.surplus)) {
    // taken back at the source, it waits for a person only if it may have been written
    const isWithdrawn = isGone && newest.fault.kind !== 'outcome-unknown';
    if (!isWithdrawn) return cannot(named, causeOf(newest.fault));
  }
  if (newest?.state === 'superseded' && newest.fault) return leftAsItIs(named, why.leftByPerson);
  if (targetId !== null) return leftAsItIs(named, why.unchanged);
  return isGone || newest?.state === 'superseded' ? undefined : leftAsItIs(named, why.nothingToSend);
}

async function* allKnown(look: Look): AsyncGenerator<KnownRecord> {
  let after = '';
  for (;;) {
    look.context.signal.throwIfAborted();
    const some = await read(look, (db) => knownRecords(db, look.of, after, portion));
    yield* some;
    const last = some.at(-1);
    if (!last) return;
    after = last.link.naturalKey;
  }
}
