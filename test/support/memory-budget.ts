import { lanesAbove, laneTable, rankOf } from '../../shared/domain/lanes.ts';
import type { Asker, RateBudget, RateFacts, RateWindowName, Refused, Reservation } from '../../shared/procore/budget.ts';
import { levelOf, queueBefore, type Sharer } from './rate-sharers.ts';
import {
  assumedHour,
  binds,
  firstHour,
  learned,
  type OpenWindow,
  ofItsHour,
  proven,
  type Room,
  roomIn,
  turned,
  unseenSpike,
} from './rate-windows.ts';

interface Ledger {
  readonly windows: Map<RateWindowName, OpenWindow>;
  readonly sharers: Map<string, Sharer>;
  blockedUntilMs: number;
}

/** No block lasts longer than this from when it was last stated. */
const blockAtMostMs = 3_602_000;

/**
 * The rule of the budget that workers share (migration 0007), written a second time, in the open, for one process: what a property
 * test holds the database's functions against, and a budget for tests that have no database.
 */
export function createMemoryBudget(): RateBudget {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (key: string): Ledger => {
    const known = ledgers.get(key) ?? { windows: new Map(), sharers: new Map(), blockedUntilMs: 0 };
    ledgers.set(key, known);
    return known;
  };
  return {
    async reserve(asker, nowMs) {
      return takeOne(ledgerOf(asker.budgetKey), asker, nowMs);
    },
    async learn(key, facts, reservedAt) {
      const ledger = ledgerOf(key);
      const blockedUntilMs = Math.max(ledger.blockedUntilMs, facts.blockedUntilMs ?? 0);
      ledger.blockedUntilMs = Math.min(blockedUntilMs, facts.seenAtMs + blockAtMostMs);
      learnInto(ledger, facts, reservedAt);
    },
  };
}

function takeOne(ledger: Ledger, asker: Asker, nowMs: number): Reservation {
  const answer = answerTo(ledger, asker, nowMs);
  noteSharer(ledger, asker, answer, nowMs);
  if (!answer.granted) return answer;
  for (const [name, window] of ledger.windows) ledger.windows.set(name, { ...window, remaining: window.remaining - 1 });
  return answer;
}

function answerTo(ledger: Ledger, asker: Asker, nowMs: number): Reservation {
  if (ledger.blockedUntilMs > nowMs) return { granted: false, waitUntilMs: ledger.blockedUntilMs, why: 'blocked', goesOn: [] };
  ledger.windows.set('spike', ledger.windows.get('spike') ?? unseenSpike(nowMs));
  const me = { rank: rankOf(asker.lane), tenant: asker.tenant, part: asker.part };
  const queue = queueBefore(me, [...ledger.sharers.values()], nowMs);
  const keptBack = queue.isNeglected ? 0 : laneTable[asker.lane].keptBack;
  for (const [name, window] of ledger.windows) ledger.windows.set(name, turned(name, window, nowMs));
  const rooms = [...ledger.windows]
    .filter(([, window]) => binds(window, me.rank, nowMs))
    .map(([name, window]) => roomIn(name, window, { keptBack, ...queue }, nowMs));
  const last = rooms.reduce((latest, room) => (room.waitMs > latest.waitMs ? room : latest));
  return last.waitMs === 0 ? { granted: true, reservedAt: nowMs } : refusal(asker, last, rooms, nowMs);
}

function refusal({ lane }: Asker, { waitMs, why }: Room, rooms: readonly Room[], nowMs: number): Refused {
  const openShare = Math.min(...rooms.map((room) => room.openShare));
  return { granted: false, waitUntilMs: nowMs + waitMs, why, goesOn: lanesAbove(lane, openShare) };
}

function noteSharer(ledger: Ledger, asker: Asker, answer: Reservation, nowMs: number): void {
  const { lane, tenant, part } = asker;
  const name = JSON.stringify([lane, tenant, part]);
  const known = ledger.sharers.get(name) ?? { rank: rankOf(lane), tenant, part, level: 0, levelAtMs: nowMs, dueAtMs: null };
  ledger.sharers.set(
    name,
    answer.granted ? { ...known, level: levelOf(known, nowMs) + 1, levelAtMs: nowMs } : { ...known, dueAtMs: answer.waitUntilMs },
  );
}

function learnInto({ windows }: Ledger, { seenAtMs, window }: RateFacts, reservedAtMs: number): void {
  const spike = windows.get('spike') ?? unseenSpike(reservedAtMs);
  windows.set('spike', spike);
  if (!window) return;
  const answer = { seen: ofItsHour(window, windows.get('hour'), spike), seenAtMs, reservedAtMs };
  const { name } = answer.seen;
  const known = windows.get(name);
  const now = known && !known.isAssumed ? learned(known, answer) : firstHour(answer, spike);
  if (now) windows.set(name, now);
  const hour = windows.get('hour') ?? assumedHour(windows.get('spike') ?? spike, seenAtMs);
  if (hour) windows.set('hour', hour);
  if (name === 'hour' && reservedAtMs >= spike.openedAtMs) windows.set('spike', proven(spike, answer.seen));
}
