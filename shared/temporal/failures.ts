import { ApplicationFailure } from '@temporalio/common';
import { type Fault, faultIn } from '../domain/faults.ts';
import { clipped } from '../domain/texts.ts';
import type { ToldFault } from '../domain/told-faults.ts';
import { sentenceWithoutSecrets } from './without-secrets.ts';

/** The failure type of a watch that saw nothing new. */
export const notYetType = 'not-yet';
/** The failure type of anything but a `Fault`: a bug, or our own database. Retried, and visible to support if it lasts. */
export const unexpectedType = 'unexpected';

const longestText = 400;

/**
 * The failure of a watch that saw nothing new: retried as long as that lasts, without noise in logs and metrics. `againMs`: a
 * sooner retry than its pace, e.g. while somebody looks.
 */
export function notYet(reason: string, againMs?: number): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: notYetType,
    message: `${reason} (not yet; looking again)`,
    category: 'BENIGN',
    ...(againMs === undefined ? {} : { nextRetryDelay: againMs }),
  });
  failure.stack = ''; // nothing went wrong, and the UI's card then shows only the reason
  return failure;
}

export const isNotYet = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === notYetType;

/**
 * Converts an activity's error for Temporal: the type is the fault's kind, the message starts with the reason, parking kinds are
 * not retried, the one detail is a `ToldFault`. An existing application failure, or a cancellation, passes through.
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

/** Redacted before it is cut: half a secret would not be recognised. */
const told = (text: string): string => clipped(sentenceWithoutSecrets(text), longestText);

/** A run of token characters that is longer than any of our ids. */
const tokenRun = /[A-Za-z0-9_+/=-]{40,}/;

/** Not a sentence written for people, so nothing is lost if it is omitted because it looks like a token. */
function safeText(error: unknown): string {
  if (!(error instanceof Error)) return 'a thrown value that is no error';
  return tokenRun.test(error.message) ? error.name : told(`${error.name}: ${error.message}`);
}
