import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';

/**
 * The circuit breaker of the installation: if our own app is refused, or more grants lapse than people would revoke, the fault is
 * ours, and thousands must not be asked to sign in. Closed → open (`client-refused` | `many-lapses`): no refreshes except one
 * trial in ten minutes → closed by any response about the token alone. Only the operator is notified.
 */
export type BreakerReason = 'client-refused' | 'many-lapses';

const windowMinutes = 10;
const lapsesAtMost = 3;

/** Between two trials while it is open. */
export const trialMs = windowMinutes * 60_000;

export async function openBreaker(db: Db, why: BreakerReason): Promise<void> {
  await sql`
    UPDATE grant_breaker SET open_since = coalesce(open_since, clock_timestamp()), why = ${why},
      next_trial_at = clock_timestamp() + ${trialMs} * interval '1 millisecond'`.execute(db);
}

export async function closeBreaker(db: Db): Promise<void> {
  await sql`UPDATE grant_breaker SET open_since = NULL, why = NULL, next_trial_at = NULL WHERE open_since IS NOT NULL`.execute(
    db,
  );
}

/** Counts one lapse. `too-many`: it is more than the third within ten minutes, and the breaker is open. */
export async function noteLapse(db: Db): Promise<'counted' | 'too-many'> {
  const { rows } = await sql<{ recent: number }>`
    UPDATE grant_breaker SET lapses = (
      SELECT coalesce(array_agg(at ORDER BY at), '{}')
      FROM (SELECT at FROM unnest(lapses || clock_timestamp()) AS at
        WHERE at > clock_timestamp() - ${windowMinutes} * interval '1 minute' ORDER BY at DESC LIMIT ${lapsesAtMost + 1}) AS kept)
    RETURNING cardinality(lapses) AS recent`.execute(db);
  const isTooMany = (rows[0]?.recent ?? 0) > lapsesAtMost;
  await (isTooMany ? openBreaker(db, 'many-lapses') : closeBreaker(db));
  return isTooMany ? 'too-many' : 'counted';
}

/** Why refreshes are stopped; undefined if the breaker is closed. */
export async function readBreaker(db: Db): Promise<{ readonly why: BreakerReason; readonly since: Date } | undefined> {
  const { rows } = await sql<{ why: BreakerReason | null; since: Date | null }>`
    SELECT why, open_since AS since FROM grant_breaker`.execute(db);
  const [row] = rows;
  return row?.why && row.since ? { why: row.why, since: row.since } : undefined;
}
