import { sql } from 'kysely';
import type { CallWindow } from '../domain/backfill.ts';
import { lanesAbove, laneTable, rankOf } from '../domain/lanes.ts';
import type { Asker, RateBudget, RateFacts, Reservation, WaitReason } from '../procore/budget.ts';
import type { Db, StorePool } from './tenancy.ts';
import { withoutTenant } from './tenancy.ts';

/**
 * The budget that all workers share, as functions of the database (migration 0007). `test/support/rate-windows.ts` and
 * `rate-sharers.ts` have a readable version of their rule. One round trip each, serialised per budget, and by the database's
 * clock: processes' own may differ.
 */
export function createRateBudget(pool: StorePool): RateBudget {
  return {
    reserve: (asker, nowMs) => reserve(pool, asker, nowMs),
    learn: (budgetKey, facts, reservedAt) => learn(pool, budgetKey, facts, reservedAt),
  };
}

/** The learned windows of a budget, at present; empty if nobody has called yet, or their limits are not known. */
export async function learnedWindows(db: Db, budgetKey: string): Promise<readonly CallWindow[]> {
  const { rows } = await sql<CallWindow>`
    SELECT w.length_ms AS "lengthMs", w.call_limit AS "limit", turned.remaining + turned.unproven AS "remaining",
      ms_between(rate_clock(), turned.reset_at) AS "resetInMs"
    FROM rate_window w, LATERAL (SELECT (CASE WHEN w.reset_at <= rate_clock() THEN turned(w, rate_clock()) ELSE w END).*) AS turned
    WHERE w.budget_key = ${budgetKey} AND w.call_limit IS NOT NULL`.execute(db);
  return rows;
}

interface Room {
  readonly why: WaitReason;
  /** 0: granted. */
  readonly wait_ms: number;
  readonly open_share: number;
  /** Microseconds since 1970 by the database's clock: a whole number, exact in JavaScript. */
  readonly reserved_at: number;
}

async function reserve(pool: StorePool, { budgetKey, lane, tenant, part }: Asker, nowMs: number): Promise<Reservation> {
  const { keptBack } = laneTable[lane];
  const answer = await withoutTenant(pool, (db) =>
    sql<Room>`SELECT * FROM reserve_call(${budgetKey}, ${keptBack}, ${rankOf(lane)}, ${tenant}, ${part})`.execute(db),
  );
  const room = answer.rows[0];
  if (!room) throw new Error('reserve_call answers one row');
  if (room.wait_ms === 0) return { granted: true, reservedAt: room.reserved_at };
  return {
    granted: false,
    waitUntilMs: nowMs + room.wait_ms,
    why: room.why,
    goesOn: lanesAbove(lane, room.open_share),
  };
}

async function learn(pool: StorePool, budgetKey: string, facts: RateFacts, reservedAt: number): Promise<void> {
  const { seenAtMs, window, blockedUntilMs } = facts;
  const blockMs = blockedUntilMs === undefined ? null : blockedUntilMs - seenAtMs;
  const seen = window && { ...window, resetMs: window.resetAtMs - seenAtMs };
  await withoutTenant(pool, (db) =>
    sql`SELECT learn_limits(${budgetKey}, ${reservedAt}, ${blockMs}, ${seen?.name ?? null}, ${seen?.limit ?? null},
      ${seen?.remaining ?? null}, ${seen?.resetMs ?? null})`.execute(db),
  );
}
