/** Calls per rolling hour and per 10 seconds, per client and company [doc; the scope is partly 3p]. */
export const rateProfiles = {
  default: { hour: 3600, spike: 100 },
  low: { hour: 600, spike: 25 },
  generous: { hour: 1_000_000, spike: 100_000 },
} as const;
export type RateProfile = keyof typeof rateProfiles;
export type RateWindow = 'hour' | 'spike';

const windowMs: Record<RateWindow, number> = { hour: 3_600_000, spike: 10_000 };

/** What the three `X-Rate-Limit-*` headers say: the window that is closer to its limit. */
export interface RateReading {
  window: RateWindow;
  limit: number;
  remaining: number;
  /** When the window restarts, in seconds since 1970. */
  resetAt: number;
  /** The call is over the limit: answer 429. */
  exceeded: boolean;
}

export interface RateLimiter {
  /** Counts one call, refused ones and 4xx included. */
  count(key: string, profile: RateProfile, nowMs: number): RateReading;
  /** Makes a window look exhausted until it restarts. */
  exhaust(key: string, profile: RateProfile, window: RateWindow, nowMs: number): RateReading;
  reset(): void;
}

interface Counter {
  startedMs: number;
  calls: number;
}

/** Fixed windows that start with the first call; Procore does not say whether its own windows roll [unk]. Kept in memory only. */
export function createRateLimiter(): RateLimiter {
  const counters = new Map<string, Counter>();
  const counterOf = (key: string, window: RateWindow, nowMs: number): Counter => {
    const name = `${window}:${key}`;
    const known = counters.get(name);
    if (known && nowMs < known.startedMs + windowMs[window]) return known;
    const fresh = { startedMs: nowMs, calls: 0 };
    counters.set(name, fresh);
    return fresh;
  };
  const read = (key: string, profile: RateProfile, window: RateWindow, nowMs: number): RateReading => {
    const { startedMs, calls } = counterOf(key, window, nowMs);
    const limit = rateProfiles[profile][window];
    const resetAt = Math.ceil((startedMs + windowMs[window]) / 1000);
    return { window, limit, remaining: Math.max(0, limit - calls), resetAt, exceeded: calls > limit };
  };
  const tighter = (a: RateReading, b: RateReading): RateReading => {
    if (a.exceeded !== b.exceeded) return a.exceeded ? a : b;
    return a.remaining <= b.remaining ? a : b;
  };
  return {
    count(key, profile, nowMs) {
      counterOf(key, 'hour', nowMs).calls += 1;
      counterOf(key, 'spike', nowMs).calls += 1;
      return tighter(read(key, profile, 'hour', nowMs), read(key, profile, 'spike', nowMs));
    },
    exhaust(key, profile, window, nowMs) {
      counterOf(key, window, nowMs).calls = rateProfiles[profile][window] + 1;
      return read(key, profile, window, nowMs);
    },
    reset: () => counters.clear(),
  };
}
