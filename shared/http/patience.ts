import type { Fault } from '../domain/faults.ts';
import { type Clock, waitUntil } from './clock.ts';
import type { Effect } from './far-side-errors.ts';

export interface PatienceSettings {
  readonly clock: Clock;
  readonly inlineWaitMs: number;
  /** Called at the start and about every second of a wait. */
  readonly onWait: ((untilMs: number, why: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A shorter wait would be a busy loop if clocks disagree. */
const shortestWaitMs = 250;

/**
 * How long one call may still wait inline. A read waits out stated waits until `inlineWaitMs` is used up; a write never waits,
 * as its claim would lapse meanwhile: the fault is thrown, with the time to come back in `waitUntilMs`.
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
