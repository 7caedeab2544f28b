import { Fault, faultIn } from '../../domain/faults.ts';
import { TransportFailure } from '../../http/transport-failure.ts';

/** Whether an answer was larger than one of ours may be (`maxAnswerBytes`); nothing of it was read then. */
export function isTooLarge(error: unknown): boolean {
  const cause = faultIn(error)?.cause;
  return cause instanceof TransportFailure && cause.kind === 'too-large';
}

/** What a person is told of one record that cannot be read for its size. `what` begins a sentence. */
export const tooLargeIn = (what: string, where: string) => ({
  seen: `${what}: it is larger than 16 MiB, and cannot be read`,
  needed: 'shorter text, with pictures as files beside it instead of inside it; it is taken by itself then',
  where,
});

/** A record that is read by itself, and is too large: it concerns that record alone. */
export const tooLarge = (what: string, cause: unknown): Fault =>
  new Fault('source-incomplete', { ...tooLargeIn(what, 'Part3 → the project → the item'), reach: 'record' }, cause);
