import { sql } from 'kysely';
import type { RateBudget, RateFacts, RateWindowName, Reservation } from '../procore/budget.ts';
import type { StorePool } from './tenancy.ts';
import { withoutTenant } from './tenancy.ts';

/**
 * One row per principal and company, shared by all workers; one statement each, by the database's clock. A window is open until its
 * reset; the first call after that opens the next one in full, and the far side's next answer sets it right. Unknown limits allow
 * `firstCalls` until the first answer has told.
 */
const firstCalls = 10;
const unknownRetryMs = 250;
const leastWaitMs = 50;
/** No block lasts longer than this from when it was last stated, whatever stands in the row. */
const blockAtMostMs = 3_602_000;
const windowMs = { spike: 10_000, hour: 3_600_000 } as const satisfies Record<RateWindowName, number>;

/** Left unspent, for calls under way while a window turns over: 1 in 50 of the short window, 1 in 100 of the long. */
const spare = {
  spike: sql`CASE WHEN b.spike_limit >= 20 THEN greatest(1, b.spike_limit / 50) ELSE 0 END`,
  hour: sql`CASE WHEN b.hour_limit >= 20 THEN greatest(1, b.hour_limit / 100) ELSE 0 END`,
};

export function createRateBudget(pool: StorePool): RateBudget {
  return {
    reserve: (key, nowMs) => reserve(pool, key, nowMs),
    learn: (key, facts) => learn(pool, key, facts),
  };
}

async function reserve(pool: StorePool, key: string, nowMs: number): Promise<Reservation> {
  const answer = await withoutTenant(pool, (db) =>
    sql<{ granted: boolean; why: 'spike' | 'hour' | 'blocked'; wait_ms: number; known: boolean }>`
    WITH attempt AS (
      INSERT INTO rate_budget AS b (budget_key, spike_remaining, spike_reset_at)
      VALUES (${key}, ${firstCalls - 1}, clock_timestamp() + ${windowMs.spike} * interval '1 millisecond')
      ON CONFLICT (budget_key) DO UPDATE SET
        spike_remaining = CASE WHEN b.spike_reset_at > clock_timestamp() THEN b.spike_remaining
          ELSE coalesce(b.spike_limit, ${firstCalls}) END - 1,
        spike_reset_at = CASE WHEN b.spike_reset_at > clock_timestamp() THEN b.spike_reset_at
          ELSE clock_timestamp() + ${windowMs.spike} * interval '1 millisecond' END,
        hour_remaining = CASE WHEN b.hour_reset_at > clock_timestamp() THEN b.hour_remaining ELSE b.hour_limit END - 1,
        hour_reset_at = CASE WHEN b.hour_limit IS NULL OR b.hour_reset_at > clock_timestamp() THEN b.hour_reset_at
          ELSE clock_timestamp() + ${windowMs.hour} * interval '1 millisecond' END,
        updated_at = clock_timestamp()
      WHERE (b.blocked_until IS NULL OR b.blocked_until <= clock_timestamp())
        AND (b.spike_reset_at IS NULL OR b.spike_reset_at <= clock_timestamp() OR b.spike_remaining > ${spare.spike})
        AND (b.hour_limit IS NULL OR b.hour_reset_at <= clock_timestamp() OR b.hour_remaining > ${spare.hour})
      RETURNING true
    )
    SELECT true AS granted, 'spike' AS why, 0::float8 AS wait_ms, true AS known FROM attempt
    UNION ALL
    SELECT false, w.why, extract(epoch FROM w.until - clock_timestamp())::float8 * 1000, b.spike_limit IS NOT NULL
    FROM rate_budget b
    CROSS JOIN LATERAL (
      SELECT * FROM (VALUES
        ('blocked', b.blocked_until, true),
        ('hour', b.hour_reset_at, b.hour_remaining <= ${spare.hour}),
        ('spike', b.spike_reset_at, b.spike_remaining <= ${spare.spike})
      ) AS reasons (why, until, holds)
      WHERE holds AND until > clock_timestamp()
      ORDER BY until DESC LIMIT 1
    ) w
    WHERE b.budget_key = ${key} AND NOT EXISTS (SELECT FROM attempt)`.execute(db),
  );
  const row = answer.rows[0];
  if (row?.granted) return { granted: true };
  // no reason left in sight: it ended, or began, between the two looks
  const waitMs = row ? (row.known || row.why !== 'spike' ? row.wait_ms : Math.min(row.wait_ms, unknownRetryMs)) : leastWaitMs;
  return { granted: false, waitUntilMs: nowMs + Math.ceil(Math.max(waitMs, leastWaitMs)), why: row?.why ?? 'spike' };
}

/**
 * Within one window the lower count wins: an answer may be older than calls made since. A window that resets later than ours by half
 * its length is the next one; one that has passed tells nothing.
 */
async function learn(pool: StorePool, key: string, facts: RateFacts): Promise<void> {
  const fromNow = (untilMs: number) => sql`(clock_timestamp() + ${untilMs - facts.seenAtMs} * interval '1 millisecond')`;
  await withoutTenant(pool, async (db) => {
    if (facts.blockedUntilMs !== undefined) {
      await sql`
        INSERT INTO rate_budget AS b (budget_key, blocked_until) VALUES (${key}, ${fromNow(Math.min(facts.blockedUntilMs, facts.seenAtMs + blockAtMostMs))})
        ON CONFLICT (budget_key) DO UPDATE
        SET blocked_until = least(greatest(b.blocked_until, excluded.blocked_until),
          clock_timestamp() + ${blockAtMostMs} * interval '1 millisecond'), updated_at = clock_timestamp()`.execute(db);
    }
    const { window } = facts;
    if (!window || window.resetAtMs <= facts.seenAtMs) return;
    const limit = sql.ref(`${window.name}_limit`);
    const remaining = sql.ref(`${window.name}_remaining`);
    const resetAt = sql.ref(`${window.name}_reset_at`);
    const [own, given] = [sql.raw('b.'), sql.raw('excluded.')];
    const taken = window.name === 'spike' ? sql`${firstCalls} - ${own}${remaining}` : sql`0`;
    await sql`
      INSERT INTO rate_budget AS b (budget_key, ${limit}, ${remaining}, ${resetAt})
      VALUES (${key}, ${window.limit}, ${window.remaining}, ${fromNow(window.resetAtMs)})
      ON CONFLICT (budget_key) DO UPDATE SET
        ${limit} = ${given}${limit},
        ${remaining} = CASE
          WHEN ${own}${limit} IS NULL THEN least(${given}${remaining}, ${given}${limit} - coalesce(${taken}, 0))
          WHEN ${own}${resetAt} IS NULL OR ${given}${resetAt} > ${own}${resetAt} + ${windowMs[window.name] / 2} * interval '1 millisecond'
            THEN ${given}${remaining}
          ELSE least(${given}${remaining}, ${own}${remaining} + ${given}${limit} - ${own}${limit}) END,
        ${resetAt} = ${given}${resetAt},
        updated_at = clock_timestamp()`.execute(db);
  });
}
