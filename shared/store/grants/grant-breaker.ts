import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/**
 * The circuit breaker of the installation: if our own app is refused, or more persons' grants lapse than people would revoke, the
 * fault is ours, and thousands must not be asked to sign in. Closed → open (`client-refused` | `many-lapses`): no refreshes except
 * one trial in ten minutes → closed by any response about the token alone. Whatever waits for it is the operator's.
 */
const breakerReasons = ['client-refused', 'many-lapses'] as const;
export type BreakerReason = (typeof breakerReasons)[number];

export interface OpenBreaker {
  readonly why: BreakerReason;
  readonly since: Date;
  /** From then on one refresh may be tried. */
  readonly nextTrialAt: Date;
}

const windowMinutes = 10;
const personsAtMost = 3;

/** Between two trials while it is open. */
export const trialMs = windowMinutes * 60_000;

export async function openBreaker(db: Db, why: BreakerReason): Promise<void> {
  await sql`
    UPDATE grant_breaker SET open_since = coalesce(open_since, clock_timestamp()), why = ${why},
      next_trial_at = clock_timestamp() + ${trialMs} * interval '1 millisecond'`.execute(db);
}

export async function closeBreaker(db: Db): Promise<void> {
  await sql`
    UPDATE grant_breaker SET open_since = NULL, why = NULL, next_trial_at = NULL, closed_at = clock_timestamp()
    WHERE open_since IS NOT NULL`.execute(db);
}

/** All tenants share the row: it names nobody, and a person is the same in each of them. */
const hashOf = (procoreUserId: string): string => createHash('sha256').update(`procore-user:${procoreUserId}`).digest('hex');

/**
 * Notes that a person's grant lapsed; one person counts once, however often and in however many tenants. `too-many`: they are more
 * than the third person within ten minutes, and the breaker is open.
 */
export async function noteLapse(db: Db, procoreUserId: string): Promise<'counted' | 'too-many'> {
  const { rows } = await sql<{ persons: number }>`
    UPDATE grant_breaker SET lapsed_persons = (
      SELECT coalesce(jsonb_object_agg(person, at), '{}')
      FROM (SELECT person, max(at) AS at
        FROM (SELECT key AS person, value::timestamptz AS at FROM jsonb_each_text(lapsed_persons)
          UNION ALL SELECT ${hashOf(procoreUserId)}, clock_timestamp()) AS lapsed
        WHERE at > clock_timestamp() - ${windowMinutes} * interval '1 minute'
        GROUP BY person ORDER BY max(at) DESC LIMIT ${personsAtMost + 1}) AS kept)
    RETURNING (SELECT count(*)::int FROM jsonb_object_keys(lapsed_persons)) AS persons`.execute(db);
  const isTooMany = (rows[0]?.persons ?? 0) > personsAtMost;
  await (isTooMany ? openBreaker(db, 'many-lapses') : closeBreaker(db));
  return isTooMany ? 'too-many' : 'counted';
}

interface BreakerRow {
  readonly why: string | null;
  readonly since: Date | null;
  readonly nextTrialAt: Date | null;
}

export const openBreakerOf = ({ why, since, nextTrialAt }: BreakerRow): OpenBreaker | undefined =>
  why && since && nextTrialAt ? { why: wordOf(breakerReasons, why), since, nextTrialAt } : undefined;

/** Why refreshes are stopped; undefined if the breaker is closed. */
export async function readBreaker(db: Db): Promise<OpenBreaker | undefined> {
  const { rows } = await sql<BreakerRow>`
    SELECT why, open_since AS since, next_trial_at AS "nextTrialAt" FROM grant_breaker`.execute(db);
  return rows[0] && openBreakerOf(rows[0]);
}
