import { setTimeout as sleep } from 'node:timers/promises';

/** The clients' clock; tests use their own. */
export interface Clock {
  nowMs(): number;
  /** Rejects with the signal's reason when it is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  nowMs: Date.now,
  async wait(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Waits until a moment, calling `onWait` at the start and about every second; can be cancelled at any time. */
export async function waitUntil(
  untilMs: number,
  clock: Clock,
  onWait: (untilMs: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const leftMs = untilMs - clock.nowMs();
    if (leftMs <= 0) return;
    onWait(untilMs);
    await clock.wait(Math.min(leftMs, 1000), signal);
  }
}

/** Stops waiting for shared work when the signal is aborted; the work itself continues for other callers. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
