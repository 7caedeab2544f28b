import { Fault, faultIn } from '../../domain/faults.ts';
import { TransportFailure } from '../../http/transport-failure.ts';

/** Whether a response exceeded our limit (`maxAnswerBytes`); then nothing of it was read. */
export function isTooLarge(error: unknown): boolean {
  const cause = faultIn(error)?.cause;
  return cause instanceof TransportFailure && cause.kind === 'too-large';
}

/** What people read about one record that is too large. `what` begins a sentence. */
export const tooLargeIn = (what: string, where: string) => ({
  seen: `${what}: it is larger than 16 MiB, and cannot be read`,
  needed: 'shorter text, with pictures as files beside it instead of inside it; it is taken by itself then',
  where,
});

/** A single record that is too large: the fault is about that record alone. */
export const tooLarge = (what: string, cause: unknown): Fault =>
  new Fault('source-incomplete', { ...tooLargeIn(what, 'Part3 → the project → the item'), reach: 'record' }, cause);
