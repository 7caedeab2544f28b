import type { Lane } from '../domain/lanes.ts';

/** Which of Procore's two windows a header described: 10 s or 60 min (facts/procore.md section 2.5). */
export type RateWindowName = 'spike' | 'hour';

export interface RateWindow {
  readonly name: RateWindowName;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

/** What one response showed about the limits. Times are epoch milliseconds by our own clock. */
export interface RateFacts {
  readonly seenAtMs: number;
  readonly window?: RateWindow | undefined;
  /** A 429 or 503 told us to stop until then. */
  readonly blockedUntilMs?: number | undefined;
}

/** Who makes a call. All but the lane are hashes; they name nobody. */
export interface Asker {
  /** The principal and company whose limits the call counts against. */
  readonly budgetKey: string;
  readonly lane: Lane;
  /** Tenants of one lane get equal shares, and so do the parts (projects) of one tenant. */
  readonly tenant: string;
  readonly part: string;
}

/**
 * `spike`, `hour`: the window has nothing left for this lane. `turn`: it has, but other callers of the budget come first.
 * `blocked`: Procore told us to stop.
 */
export type WaitReason = RateWindowName | 'turn' | 'blocked';

export interface Refused {
  readonly granted: false;
  /** When to ask again. */
  readonly waitUntilMs: number;
  readonly why: WaitReason;
  /** Lanes above that may call meanwhile. */
  readonly goesOn: readonly Lane[];
}

export interface Granted {
  readonly granted: true;
  /** In the budget's own clock and unit; passed back to `learn`. */
  readonly reservedAt: number;
}

export type Reservation = Granted | Refused;

/** The remaining calls of one principal in one company, shared by all workers, lanes, tenants and projects. */
export interface RateBudget {
  /** Takes one call out of both windows, or returns until when to wait. Grants the call if nothing is known yet. */
  reserve(asker: Asker, nowMs: number): Promise<Reservation>;
  /** Records what the response to a call showed, as of the moment the call was granted. */
  learn(budgetKey: string, facts: RateFacts, reservedAt: number): Promise<void>;
}
