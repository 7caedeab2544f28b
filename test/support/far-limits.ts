import type { RateFacts, RateWindowName } from '../../shared/procore/budget.ts';
import { readRateFacts } from '../../shared/procore/rate-facts.ts';

const lengthMs: Record<RateWindowName, number> = { spike: 10_000, hour: 3_600_000 };

/**
 * Procore's counters of one principal, as the sandbox keeps them: windows open with their first call, and the headers describe the
 * one that is closer to its end, in whole seconds.
 */
export function farLimits(limits: Record<RateWindowName, number>) {
  const windows = { spike: { startedMs: 0, calls: 0 }, hour: { startedMs: 0, calls: 0 } };
  const names = ['hour', 'spike'] as const;
  return {
    limits,
    /** One call that arrives: whether it was one too many, and what its answer teaches whoever sees it then. */
    count(nowMs: number): { readonly exceeded: boolean; readonly facts: (seenAtMs: number) => RateFacts } {
      const readings = names.map((name) => {
        const window = windows[name];
        if (nowMs >= window.startedMs + lengthMs[name]) Object.assign(window, { startedMs: nowMs, calls: 0 });
        window.calls += 1;
        const limit = limits[name];
        return { limit, left: limit - window.calls, reset: Math.ceil((window.startedMs + lengthMs[name]) / 1000) };
      });
      const [tighter] = readings.sort((one, other) => one.left - other.left);
      if (!tighter) throw new Error('there are two windows');
      const exceeded = tighter.left < 0;
      const headers = {
        date: new Date(nowMs).toUTCString(),
        'x-rate-limit-limit': String(tighter.limit),
        'x-rate-limit-remaining': String(Math.max(0, tighter.left)),
        'x-rate-limit-reset': String(tighter.reset),
      };
      return { exceeded, facts: (seenAtMs) => readRateFacts(exceeded ? 429 : 200, headers, seenAtMs) };
    },
  };
}
