import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { faultTable, isFaultKind, type Owner } from '../shared/domain/faults.ts';
import { toldFault } from '../shared/domain/told-faults.ts';

/** What a failed call means, derived from types alone. */
export interface Failing {
  /** Type of the failure: a fault kind, `unexpected`, `time-out`. */
  readonly reason: string;
  /** Who must act, if the fault says so. */
  readonly owner?: Owner | undefined;
  /** For people; the failure's message. */
  readonly says: string;
  /** What fixes it and on which screen, if the fault says so. */
  readonly needed?: string | undefined;
  readonly where?: string | undefined;
  /** Start of the fault in epoch milliseconds, if a row has it. */
  readonly sinceMs?: number | undefined;
  /** Retrying will not help: a person must act. */
  readonly permanent: boolean;
}

export function failingOf(error: unknown): Failing {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const told = toldFault.safeParse(cause.details?.[0]);
    const { owner, needed, where, sinceMs } = told.success ? told.data : {};
    return {
      reason: cause.type ?? 'unexpected',
      owner,
      says: cause.message,
      needed,
      where,
      sinceMs,
      permanent: cause.nonRetryable === true,
    };
  }
  // far sides have their own deadlines: if an activity times out, or its worker has died, the fault is ours
  if (cause instanceof TimeoutFailure)
    return { reason: 'time-out', owner: 'operator', says: 'It took too long, or its worker has died.', permanent: false };
  return { reason: 'unexpected', says: cause instanceof Error ? cause.message : 'It failed.', permanent: false };
}

/** Who must act: as the fault says, else by its kind; if it is no fault kind, the operator of this installation. */
export const ownerOf = ({ reason, owner }: Pick<Failing, 'reason' | 'owner'>): Owner =>
  owner ?? (isFaultKind(reason) ? faultTable[reason].owner : 'operator');

/** Fails one Update with a sentence; never the workflow. */
export const refusal = (reason: string, says: string): ApplicationFailure =>
  ApplicationFailure.create({ type: reason, message: says, nonRetryable: true });
