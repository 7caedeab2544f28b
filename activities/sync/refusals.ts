import { Fault, faultIn, wordsOf } from '../../shared/domain/faults.ts';
import { diagnoseProjectRefusal } from '../../shared/procore/diagnosis.ts';
import { type AttentionItem, openItems, type StandingCause, showCauses } from '../../shared/store/attention.ts';
import { openWork } from '../../shared/store/delivery-queue.ts';
import { isRefusal, subjectOfStream } from '../../shared/store/refusals.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Attempt, type Cycle, write } from './attempt.ts';

/**
 * A refusal is a fault that holds for a whole stream and does not pass by itself: one attention item a cause. It stands until a cycle
 * shows that the cause is gone; one that was cut short by something that passes shows nothing about it.
 */
export const isLasting = (fault: Fault): boolean => fault.handling !== 'retry';

/** Why Procore refused the stream, proven where its answer alone does not say it. For when every write of the cycle is settled. */
export const diagnosed = ({ procore, procoreProjectId, stream }: Cycle, fault: Fault): Promise<Fault> =>
  diagnoseProjectRefusal(procore, fault, procoreProjectId, stream.needs);

/** What the stream's refusals are after a cycle, as causes of items; `known` stood before it. */
export function standingRefusals(
  { stream }: Attempt,
  faults: readonly Fault[],
  known: readonly AttentionItem[],
  records: number,
): readonly StandingCause[] {
  const lasting = faults.filter(isLasting).map((fault) => ({
    reason: fault.kind,
    owner: fault.owner,
    subject: subjectOfStream(stream.name),
    ...wordsOf(fault),
    records,
  }));
  const isDoubtful = faults.length > lasting.length;
  return isDoubtful ? [...lasting, ...besides(known.filter(isRefusal), lasting)] : lasting;
}

const besides = (known: readonly AttentionItem[], causes: readonly StandingCause[]): readonly AttentionItem[] =>
  known.filter((item) => !causes.some(({ reason, subject }) => reason === item.reason && subject === item.subject));

/** Stores why the stream could not even be opened, beside all that stands already. Answers the error to throw for it. */
export async function refusedOpening(attempt: Attempt, error: unknown): Promise<unknown> {
  const fault = faultIn(error);
  if (!fault || !isLasting(fault)) return error;
  return write(attempt, async (db) => {
    const known = await openItems(db, attempt.place);
    const { open } = await openWork(db, attempt.fence);
    const refusals = standingRefusals(attempt, [fault], known, open);
    await showCauses(db, attempt.place, [...refusals, ...besides(known, refusals)]);
    return withSince(db, attempt, fault);
  });
}

/** The refusal as it is told: with the moment since which its item stands. */
export async function withSince(db: Db, { place }: Attempt, fault: Fault): Promise<Fault> {
  const items = await openItems(db, place);
  const item = items.find((one) => isRefusal(one) && one.reason === fault.kind);
  return new Fault(fault.kind, { ...fault.detail, sinceMs: item?.since.getTime() }, fault);
}
