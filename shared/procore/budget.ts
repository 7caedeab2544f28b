import type { Lane } from '../domain/lanes.ts';

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

/** Who asks for a call. All but the lane are hashes; they name nobody. */
export interface Asker {
  /** The principal and company whose limits the call counts against. */
  readonly budgetKey: string;
  readonly lane: Lane;
  /** Tenants of one lane come equally far, and so do the parts (projects) of one tenant. */
  readonly tenant: string;
  readonly part: string;
}

/**
 * `spike`, `hour`: the window has nothing left for this lane. `turn`: it has, but others of the budget come first. `blocked`: Procore
 * told us to stand still.
 */
export type WaitReason = RateWindowName | 'turn' | 'blocked';

export interface Refused {
  readonly granted: false;
  /** When asking again makes sense. */
  readonly waitUntilMs: number;
  readonly why: WaitReason;
  /** Lanes above that may call meanwhile. */
  readonly goesOn: readonly Lane[];
}

export interface Granted {
  readonly granted: true;
  /** By the budget's own clock, in a unit of its own; goes back with what the answer teaches. */
  readonly reservedAt: number;
}

export type Reservation = Granted | Refused;

/** Calls left of one principal in one company, shared by all workers and, by lanes, tenants and projects, by all their work. */
export interface RateBudget {
  /** Takes one call out of both windows, or says until when to wait. Nothing known yet means granted. */
  reserve(asker: Asker, nowMs: number): Promise<Reservation>;
  /** Takes in what the answer to a call taught, by the moment for which it was granted. */
  learn(budgetKey: string, facts: RateFacts, reservedAt: number): Promise<void>;
}
