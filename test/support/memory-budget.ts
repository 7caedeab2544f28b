import type { RateBudget, RateFacts, RateWindow, RateWindowName, Reservation } from '../../shared/procore/budget.ts';

interface Ledger {
  readonly windows: Map<RateWindowName, RateWindow>;
  blockedUntilMs: number;
}

const lengthMs: Record<RateWindowName, number> = { spike: 10_000, hour: 3_600_000 };

/** The budget of one process; workers share theirs through Postgres. */
export function createMemoryBudget(): RateBudget {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (key: string): Ledger => {
    const known = ledgers.get(key) ?? { windows: new Map<RateWindowName, RateWindow>(), blockedUntilMs: 0 };
    ledgers.set(key, known);
    return known;
  };
  return {
    async reserve(key, nowMs) {
      return takeOne(ledgerOf(key), nowMs);
    },
    async learn(key, facts) {
      learnInto(ledgerOf(key), facts);
    },
  };
}

function takeOne(ledger: Ledger, nowMs: number): Reservation {
  if (ledger.blockedUntilMs > nowMs) return { granted: false, waitUntilMs: ledger.blockedUntilMs, why: 'blocked' };
  const current = [...ledger.windows.values()].map((window) => startedAnew(window, nowMs));
  const empty = current.filter((window) => window.remaining <= 0).sort((left, right) => right.resetAtMs - left.resetAtMs)[0];
  if (empty) return { granted: false, waitUntilMs: empty.resetAtMs, why: empty.name };
  for (const window of current) ledger.windows.set(window.name, { ...window, remaining: window.remaining - 1 });
  return { granted: true };
}

/** A window whose reset has passed is full again, until its next reset. */
function startedAnew(window: RateWindow, nowMs: number): RateWindow {
  if (window.resetAtMs > nowMs) return window;
  return { ...window, remaining: window.limit, resetAtMs: nowMs + lengthMs[window.name] };
}

/** Answers overtake each other: within one window only the lowest count is believed. */
function learnInto(ledger: Ledger, facts: RateFacts): void {
  ledger.blockedUntilMs = Math.max(ledger.blockedUntilMs, facts.blockedUntilMs ?? 0);
  const seen = facts.window;
  if (!seen) return;
  const known = ledger.windows.get(seen.name);
  const same = known !== undefined && Math.abs(known.resetAtMs - seen.resetAtMs) < 1500;
  ledger.windows.set(seen.name, same ? { ...seen, remaining: Math.min(seen.remaining, known.remaining) } : seen);
}
