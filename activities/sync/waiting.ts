import { setTimeout as sleep } from 'node:timers/promises';
import type { Surroundings } from '../surroundings.ts';

/** Waits until a moment (epoch milliseconds), heartbeating about every second; rejects with the signal's reason. */
export async function waitInside(untilMs: number, why: string, context: Surroundings, nowMs: () => number): Promise<void> {
  for (;;) {
    context.signal.throwIfAborted();
    const leftMs = untilMs - nowMs();
    if (leftMs <= 0) return;
    context.heartbeat({ waitingUntilMs: untilMs, why });
    await sleep(Math.min(leftMs, 1000), undefined, { signal: context.signal });
  }
}
