import type { Fault } from '../domain/faults.ts';
import { type Clock, waitUntil } from './clock.ts';
import type { Effect } from './far-side-errors.ts';

export interface PatienceSettings {
  readonly clock: Clock;
  readonly inlineWaitMs: number;
  /** Told at the start and about every second of a wait. */
  readonly onWait: ((untilMs: number, why: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A wait shorter than this would be a busy loop when clocks disagree. */
const shortestWaitMs = 250;

/**
 * How long one call may still wait by itself. A read sits stated waits out until `inlineWaitMs` is used up; a write never waits, for its
 * claim would lapse meanwhile: it throws the fault, whose `waitUntilMs` says when to come back.
 */
export function patienceFor(effect: Effect, settings: PatienceSettings): (fault: Fault) => Promise<void> {
  const { clock, onWait, signal } = settings;
  let leftMs = effect === 'read' ? settings.inlineWaitMs : -1;
  return async (fault) => {
    const waitMs = Math.max(shortestWaitMs, (fault.detail.waitUntilMs ?? Number.POSITIVE_INFINITY) - clock.nowMs());
    if (waitMs > leftMs) throw fault;
    leftMs -= waitMs;
    await waitUntil(clock.nowMs() + waitMs, clock, (untilMs) => onWait?.(untilMs, fault.message), signal);
  };
}
