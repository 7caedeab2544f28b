/** Which of Procore's two windows a header described: 10 s or 60 min (facts/procore.md section 2.5). */
export type RateWindowName = 'spike' | 'hour';

export interface RateWindow {
  readonly name: RateWindowName;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

/** What one answer taught us. Times are epoch milliseconds by our own clock. */
export interface RateFacts {
  readonly seenAtMs: number;
  readonly window?: RateWindow | undefined;
  /** A 429 or 503 told us to stand still until then. */
  readonly blockedUntilMs?: number | undefined;
}

export type Reservation =
  | { readonly granted: true }
  | { readonly granted: false; readonly waitUntilMs: number; readonly why: 'spike' | 'hour' | 'blocked' };

/** Calls left of one principal in one company, shared by all workers. `key` is a hash; it names nobody. */
export interface RateBudget {
  /** Takes one call out of both windows, or says until when to wait. Nothing known yet means granted. */
  reserve(key: string, nowMs: number): Promise<Reservation>;
  learn(key: string, facts: RateFacts): Promise<void>;
}
