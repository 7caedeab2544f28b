import { ApplicationFailure } from '@temporalio/common';
import { type Fault, faultIn } from '../domain/faults.ts';
import { clipped } from '../domain/texts.ts';
import type { ToldFault } from '../domain/told-faults.ts';
import { sentenceWithoutSecrets } from './without-secrets.ts';

/** The failure type of a watch that saw nothing new. */
export const notYetType = 'not-yet';
/** The failure type of whatever is no `Fault`: a bug, or our own database. Retried, and seen by support when it lasts. */
export const unexpectedType = 'unexpected';

const longestText = 400;

/**
 * A watch that saw nothing new: retried for as long as it lasts, without noise in logs and metrics. `againMs`: sooner than its pace
 * would have it, e.g. while somebody looks.
 */
export function notYet(reason: string, againMs?: number): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: notYetType,
    message: `${reason} (not yet; looking again)`,
    category: 'BENIGN',
    ...(againMs === undefined ? {} : { nextRetryDelay: againMs }),
  });
  failure.stack = ''; // nothing went wrong, and the UI's card shows the reason alone
  return failure;
}

export const isNotYet = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === notYetType;

/**
 * What an activity's error becomes for Temporal: the type is the fault's kind, the message starts with the reason, parking kinds
 * are not retried, the one detail is a `ToldFault`. A failure that is one already, or a cancellation, passes through.
 */
export function applicationFailureOf(error: unknown): unknown {
  if (error instanceof ApplicationFailure) return error;
  const fault = faultIn(error);
  if (fault) return failureOfFault(fault);
  return ApplicationFailure.create({ type: unexpectedType, message: `unexpected: ${safeText(error)}` });
}

function failureOfFault(fault: Fault): ApplicationFailure {
  return ApplicationFailure.create({
    type: fault.kind,
    message: told(fault.message),
    nonRetryable: fault.handling !== 'retry',
    details: [toldOf(fault)],
  });
}

const toldOf = ({ owner, detail: { seen, needed, where, requestId, field, status, sinceMs } }: Fault): ToldFault => ({
  owner,
  ...tellable({ seen, needed, where, requestId, field }),
  ...(status !== undefined && { status }),
  ...(sinceMs !== undefined && { sinceMs }),
});

const tellable = (texts: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, told(text)]])));

/** Blotted before it is cut: half a secret would not be known for one. */
const told = (text: string): string => clipped(sentenceWithoutSecrets(text), longestText);

/** A run of token characters longer than any id of ours. */
const tokenRun = /[A-Za-z0-9_+/=-]{40,}/;

/** Nobody's sentence, so that nothing is lost when it is left out for its looks alone. */
function safeText(error: unknown): string {
  if (!(error instanceof Error)) return 'a thrown value that is no error';
  return tokenRun.test(error.message) ? error.name : told(`${error.name}: ${error.message}`);
}
