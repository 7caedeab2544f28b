import { type DeliveryFault, isMendedUnseen, showsExactly } from '../../shared/domain/deliveries.ts';
import { Fault, faultIn, faultTable } from '../../shared/domain/faults.ts';
import type { FarSideRecord, WriteAnswer } from '../../shared/partners/stream.ts';
import { putBack, settleDone, settleRefused, settleUnknown } from '../../shared/store/records/deliveries.ts';
import { storeWritten, takenElsewhere } from '../../shared/store/records/record-links.ts';
import { type Cycle, unfenced } from './attempt.ts';
import type { Claimed } from './claim.ts';
import { recheckOf } from './decide.ts';
import { isOwnMisplaced } from './own-records.ts';
import { recordOf, writtenAs } from './scene.ts';

/** A claim is sent within this time or given back: a suspended process must not send under a lease that others consider lost. */
const sendWithinMs = 10_000;

export type Sent =
  | { readonly kind: 'written' }
  /** Parked, or its outcome is unknown; the other deliveries continue. */
  | { readonly kind: 'parked' | 'unknown' }
  /** It is where another record is meant to be; queued again, as a correction of that same record. */
  | { readonly kind: 'misplaced' }
  /** Surely not done and queued again; `fault` says why, and concerns more than this one delivery. */
  | { readonly kind: 'put-back'; readonly fault: Fault | undefined };

/** Makes one call under one claim, and stores its outcome. Never throws for a far-side failure. */
export async function send(cycle: Cycle, claimed: Claimed): Promise<Sent> {
  const { crashPoint, timings } = cycle.dependencies;
  const { claimLeaseMs, httpDeadlineMs } = timings;
  await crashPoint('after-claim');
  const elapsedMs = (): number => performance.now() - claimed.sinceMs;
  const mayStillSend = (): boolean => {
    // called before each call of a long write
    cycle.context.heartbeat({ sending: claimed.delivery.deliveryId });
    return elapsedMs() + httpDeadlineMs < claimLeaseMs;
  };
  if (elapsedMs() > sendWithinMs || !mayStillSend()) {
    await settle(cycle, claimed, (db, own) => putBack(db, { ...own, why: 'the claim had grown too old to be sent' }));
    return { kind: 'put-back', fault: undefined };
  }
  await crashPoint('before-send');
  const sentAtMs = performance.now();
  let answer: WriteAnswer;
  try {
    answer = await call(cycle, claimed, mayStillSend);
  } catch (error) {
    await crashPoint('after-send-before-settle');
    return settleFailure(cycle, claimed, error, Math.max(0, httpDeadlineMs - (performance.now() - sentAtMs)));
  }
  await crashPoint('after-send-before-settle');
  const sent = await settleAnswer(cycle, claimed, answer);
  await crashPoint('after-settle');
  return sent;
}

function call({ run }: Cycle, { delivery, action, targetId }: Claimed, mayStillSend: () => boolean): Promise<WriteAnswer> {
  const record = recordOf(delivery);
  if (action === 'create' || targetId === null) return run.create(record, mayStillSend);
  return run.update(targetId, record, mayStillSend);
}

/** Settles an answer: it, or else a re-read, must show all that was meant. */
async function settleAnswer(cycle: Cycle, claimed: Claimed, answer: WriteAnswer): Promise<Sent> {
  const { fence, run } = cycle;
  const { delivery, action, before } = claimed;
  const { naturalKey, payload } = delivery;
  const { targetId } = answer;
  const shows = run.agrees(answer.echoed, payload.fields);
  const isMisplaced = !shows && isOwnMisplaced(run, answer.echoed, payload.fields, before);
  const shown =
    shows || isMisplaced ? answer.echoed : ((await listedNow(cycle, claimed, targetId)).record?.fields ?? answer.echoed);
  const asMeant = run.agrees(shown, payload.fields);
  const written = asMeant ? writtenAs(run, shown, payload.fields) : shown;
  return settle(cycle, claimed, async (db, own): Promise<Sent> => {
    const taken = await takenElsewhere(db, fence, naturalKey, [targetId]);
    if (taken.size > 0) {
      const fault = faultOf(claimed, 'outcome-unknown', 'the far side answered with an entry of another record');
      await settleRefused(db, { ...own, fault, why: fault.kind });
      return { kind: 'parked' };
    }
    const settled = asMeant
      ? await settleDone(db, { ...own, targetId, why: `${action}d`, checkAgainMs: recheckOf(delivery) })
      : isMisplaced
        ? await putBack(db, { ...own, why: 'it stands where another record is meant to: to be corrected there' })
        : await settleRefused(db, { ...own, fault: notAsMeant(claimed, answer), why: 'the answer does not show what was meant' });
    if (settled) await storeWritten(db, fence, { naturalKey, targetId, written, hash: asMeant ? payload.hash : null });
    return { kind: asMeant ? 'written' : isMisplaced ? 'misplaced' : 'parked' };
  });
}

/** Lists the far side again; a failed listing proves nothing, and does not change the outcome of the write. */
async function listedNow(
  { run }: Cycle,
  { delivery, before }: Claimed,
  targetId: string,
): Promise<{ readonly answered: boolean; readonly record?: FarSideRecord | undefined }> {
  try {
    const stood = before && run.searchKeyOf ? [run.searchKeyOf(before)] : [];
    const records = await run.lookUp([delivery.payload.searchKey, ...stood]);
    return { answered: true, record: records.find(({ id }) => id === targetId) };
  } catch {
    return { answered: false };
  }
}

/**
 * If an update found nothing, on a far side that can be listed, that concerns this record alone: somebody deleted or moved it.
 */
async function ofRecordGone(cycle: Cycle, claimed: Claimed, fault: Fault | undefined): Promise<Fault | undefined> {
  const { targetId } = claimed;
  if (targetId === null || fault?.detail.status !== 404 || fault.detail.effect !== 'surely-not-done') return fault;
  const { answered, record } = await listedNow(cycle, claimed, targetId);
  if (!answered) return fault;
  const seen = record ? 'the entry is listed, and yet not found when it is changed' : 'the entry was deleted or moved';
  return new Fault('conflict', { ...fault.detail, seen }, fault);
}

async function settleFailure(cycle: Cycle, claimed: Claimed, error: unknown, deadlineLeftMs: number): Promise<Sent> {
  const fault = await ofRecordGone(cycle, claimed, faultIn(error));
  if (fault?.detail.effect !== 'surely-not-done') {
    const why = fault
      ? `outcome unknown: ${fault.kind}${fault.detail.status ? ` (${fault.detail.status})` : ''}`
      : 'outcome unknown: the call broke off';
    const lookInMs = deadlineLeftMs + cycle.dependencies.timings.settleMs;
    await settle(cycle, claimed, (db, own) => settleUnknown(db, { ...own, why, lookInMs }));
    return { kind: 'unknown' };
  }
  if (fault.handling === 'retry' || causeOfWhole(fault)) {
    await settle(cycle, claimed, (db, own) => putBack(db, { ...own, why: `surely not done: ${fault.kind}` }));
    return { kind: 'put-back', fault };
  }
  const parked = faultOf(claimed, fault.kind, fault.detail.seen ?? faultTable[fault.kind].sentence, fault);
  const lookAgain = isMendedUnseen(parked.kind) ? { lookAgainMs: cycle.dependencies.timings.careRoundMs } : {};
  await settle(cycle, claimed, (db, own) => settleRefused(db, { ...own, fault: parked, why: parked.kind, ...lookAgain }));
  return { kind: 'parked' };
}

/** Whether a fault that parks holds for every record of the stream (a lost permission, a refused credential). */
const causeOfWhole = ({ kind, detail }: Fault): boolean => (detail.reach ?? faultTable[kind].reach) !== 'record';

function settle<Result>(
  cycle: Cycle,
  { delivery, attemptId }: Claimed,
  work: (
    db: Parameters<typeof settleDone>[0],
    own: { readonly deliveryId: string; readonly attemptId: string },
  ) => Promise<Result>,
): Promise<Result> {
  return unfenced(cycle, (db) => work(db, { deliveryId: delivery.deliveryId, attemptId }));
}

function notAsMeant(claimed: Claimed, { echoed, targetId }: WriteAnswer): DeliveryFault {
  const { fields } = claimed.delivery.payload;
  const differing = Object.keys(fields).filter((name) => !showsExactly(echoed, { [name]: fields[name] ?? null }));
  const seen = `Procore answered with other values than were sent: ${differing.join(', ')}`;
  return { ...faultOf(claimed, 'validation-rejected', seen), targetId };
}

function faultOf({ delivery }: Claimed, kind: DeliveryFault['kind'], seen: string, fault?: Fault): DeliveryFault {
  const { naturalKey, address } = delivery.payload;
  return {
    kind,
    owner: fault?.detail.owner,
    subject: fault?.detail.subject ?? `record:${naturalKey}`,
    seen: fault?.detail.subject ? seen : `${address['label'] ?? naturalKey}: ${seen}`,
    needed: fault?.detail.needed ?? faultTable[kind].cure,
    where: fault?.detail.where ?? address['screen'] ?? 'the record on the far side',
  };
}
