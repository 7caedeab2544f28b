import { condition } from '@temporalio/workflow';
import type { Lane } from '../shared/domain/lanes.ts';
import type { Desk } from './desk.ts';

/** When a loop runs its next cycle. Timer, webhooks and buttons are merged here into one cycle. */
export interface Due {
  /** Epoch milliseconds of the next cycle. */
  readonly atMs: number;
  /** Requests a cycle at once: somebody waits for it. */
  now(): void;
  /** Requests a cycle soon, because something changed; a burst becomes one cycle. */
  soon(withinMs: number): void;
  /** Sets the timer's next time; requests made meanwhile are kept. */
  schedule(atMs: number): void;
  /** A cycle begins and serves all requests so far. Returns the requester's lane. */
  take(): Lane;
  /** Sleeps until the next cycle is due or `orElse` holds. Returns whether a cycle is due. */
  next(orElse: () => boolean, summary: string): Promise<boolean>;
}

export function createDue(firstAtMs: number, desk: Desk): Due {
  let timerAtMs = firstAtMs;
  let askedAtMs = Number.POSITIVE_INFINITY;
  let lane: Lane = 'polling';
  let asks = 0;
  const ask = (atMs: number, by: Lane) => {
    if (atMs >= askedAtMs) return;
    askedAtMs = atMs;
    lane = by;
    asks += 1;
    desk.mark();
  };
  const atMs = () => Math.min(timerAtMs, askedAtMs);
  const isDue = () => Date.now() >= atMs();
  return {
    get atMs() {
      return atMs();
    },
    now: () => ask(0, 'answers'),
    soon: (withinMs) => ask(Date.now() + withinMs, 'webhooks'),
    schedule(next) {
      timerAtMs = next;
      desk.mark();
    },
    take() {
      askedAtMs = Number.POSITIVE_INFINITY;
      timerAtMs = Number.POSITIVE_INFINITY;
      const taken = lane;
      lane = 'polling';
      return taken;
    },
    async next(orElse, summary) {
      while (!isDue() && !orElse()) {
        const seen = asks;
        await condition(() => asks !== seen || orElse(), Math.max(atMs() - Date.now(), 1), { summary });
      }
      return isDue();
    },
  };
}
