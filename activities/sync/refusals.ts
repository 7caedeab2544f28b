import { randomUUID } from 'node:crypto';
import { concernsConnection, Fault, type FaultKind, faultIn, wordsOf } from '../../shared/domain/faults.ts';
import { stepToLookAt } from '../../shared/domain/steps.ts';
import { diagnoseProjectRefusal } from '../../shared/procore/diagnosis.ts';
import { type AttentionItem, openItems, type StandingCause, showCauses } from '../../shared/store/attention.ts';
import { writeOnce } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { openWork } from '../../shared/store/records/delivery-queue.ts';
import { isRefusal, isToldByConnection, subjectOfStream } from '../../shared/store/refusals.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { type Attempt, type Cycle, write } from './attempt.ts';

/**
 * A refusal is a fault that holds for a whole stream and is not transient: one attention item per cause. It stays until a cycle
 * shows that the cause is gone; a cycle cut short by a transient fault shows nothing about it.
 */
export const isLasting = (fault: Fault): boolean => fault.handling !== 'retry';

/**
 * Why Procore refused the stream, proven if its answer alone does not show it. Call it when every write of the cycle is settled.
 */
export const diagnosed = ({ procore, procoreProjectId, stream }: Cycle, fault: Fault): Promise<Fault> =>
  diagnoseProjectRefusal(procore, fault, procoreProjectId, stream.needs);

/** The stream's refusals after a cycle, as causes of items; `known`: the items before it. */
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

/** Stores why the stream could not even be opened, beside all existing items. Returns the error to throw. */
export async function refusedOpening(attempt: Attempt, error: unknown): Promise<unknown> {
  const fault = faultIn(error);
  if (!fault || !isLasting(fault)) return error;
  return write(attempt, async (db) => {
    const known = await openItems(db, attempt.place);
    const { open } = await openWork(db, attempt.fence);
    const refusals = standingRefusals(attempt, [fault], known, open);
    await showCauses(db, attempt.place, [...refusals, ...besides(known, refusals)]);
    return told(db, attempt, fault, known);
  });
}

/** Faults that care can prove for a whole connection, or that concern levels. */
const provenByCare = (kind: FaultKind): boolean =>
  concernsConnection(kind) || ['permission-too-low', 'tool-disabled', 'project-not-permitted'].includes(kind);

/**
 * Requests an early round of care, by `upkeep`, if a refusal is new and the connection does not show it yet; one round, however
 * many streams request it.
 */
async function askCare(db: Db, { place, dependencies }: Attempt, fault: Fault, known: readonly AttentionItem[]): Promise<void> {
  const isNew = !known.some((item) => isRefusal(item) && item.reason === fault.kind);
  if (!isNew || !provenByCare(fault.kind) || (await isToldByConnection(db, place, fault.kind))) return;
  const { tenantId, connectionId } = place;
  const connection = await findConnection(db, connectionId);
  if (!connection) return;
  const input = { stepId: stepToLookAt(dependencies.plans[connection.partner].steps, fault.kind) };
  await writeOnce(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input, actorId: 'system' });
}

/** The refusal to report: with the time since which its item exists. */
export async function told(db: Db, attempt: Attempt, fault: Fault, known: readonly AttentionItem[]): Promise<Fault> {
  await askCare(db, attempt, fault, known);
  const items = await openItems(db, attempt.place);
  const item = items.find((one) => isRefusal(one) && one.reason === fault.kind);
  return new Fault(fault.kind, { ...fault.detail, sinceMs: item?.since.getTime() }, fault);
}
