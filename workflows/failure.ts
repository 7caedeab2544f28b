import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';

/** What a failed call means, read from types alone. */
export interface Failing {
  /** Type of the failure: a fault kind, `unexpected`, `time-out`. */
  readonly reason: string;
  /** For people; the failure's message starts with the reason. */
  readonly says: string;
  /** Trying again will not help: a person must act. */
  readonly permanent: boolean;
}

export function failingOf(error: unknown): Failing {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    return { reason: cause.type ?? 'unexpected', says: cause.message, permanent: cause.nonRetryable === true };
  }
  if (cause instanceof TimeoutFailure) return { reason: 'time-out', says: 'It took too long.', permanent: false };
  return { reason: 'unexpected', says: cause instanceof Error ? cause.message : 'It failed.', permanent: false };
}

/** Fails one Update with a sentence; never the workflow. */
export const refusal = (reason: string, says: string): ApplicationFailure =>
  ApplicationFailure.create({ type: reason, message: says, nonRetryable: true });
