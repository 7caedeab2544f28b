import { setTimeout as sleep } from 'node:timers/promises';
import type { StatedWait } from '../../shared/domain/workflow-inputs.ts';
import type { Surroundings } from '../surroundings.ts';

/** A far side asked us to wait longer than an activity may stand still; ends the cycle in good order. */
export class LongWait extends Error {
  override readonly name = 'LongWait';
  readonly wait: StatedWait;

  constructor(wait: StatedWait) {
    super(wait.why);
    this.wait = wait;
  }
}

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
