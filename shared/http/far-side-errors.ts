import { Fault, type FaultDetail, type FaultKind, faultIn } from '../domain/faults.ts';
import { TransportFailure } from './transport-failure.ts';

export type Effect = 'read' | 'write';

/** Statuses after which a write surely did not happen; after any other it may have (facts/security.md section 2). */
export const refusingStatuses: readonly number[] = [400, 401, 403, 404, 409, 413, 422, 429];

/** What a failure means for a write; undefined for a read. */
export const effectOf = (effect: Effect, notDone: boolean): FaultDetail['effect'] =>
  effect === 'read' ? undefined : notDone ? 'surely-not-done' : 'unknown';

/** A far side's request id, if it is well-formed. */
export function requestIdOf({ headers }: { readonly headers: Readonly<Record<string, string>> }): string | undefined {
  const value = headers['x-request-id'];
  return value !== undefined && /^[A-Za-z0-9._:-]{1,100}$/.test(value) ? value : undefined;
}

export interface Sending {
  /** The call's name in a fault's words. */
  readonly called: string;
  readonly effect: Effect;
  readonly signal: AbortSignal | undefined;
}

/**
 * Casts a call that failed without a response; one that was never sent cannot have happened. A cancelled call throws the
 * signal's reason, unless a write may have happened.
 */
export async function castingFailures<T>({ called, effect, signal }: Sending, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    if (error.kind === 'cancelled' && !(effect === 'write' && error.sent)) signal?.throwIfAborted();
    const detail = { seen: `${called}: ${error.message}.`, effect: effectOf(effect, !error.sent) };
    throw new Fault(kindOf(error), detail, error);
  }
}

function kindOf({ kind }: TransportFailure): FaultKind {
  if (kind === 'deadline') return 'time-out';
  return kind === 'too-large' ? 'vendor-unavailable' : 'network';
}

/** Runs a preparation of a write: as nothing was sent yet, its failure means that nothing happened. */
export async function beforeSending<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const fault = faultIn(error);
    throw fault ? withEffect(fault, 'surely-not-done') : error;
  }
}

/** The same fault with another effect. */
export const withEffect = (fault: Fault, effect: FaultDetail['effect']): Fault =>
  new Fault(fault.kind, { ...fault.detail, effect }, fault);

/** A call whose claim ended before it was sent: it is queued again at once, under a new claim. */
export const tooLate = (nowMs: number): Fault =>
  new Fault('vendor-unavailable', {
    seen: 'The call had waited too long to be sent.',
    waitUntilMs: nowMs,
    effect: 'surely-not-done',
  });
