import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import { closeBreaker, noteLapse, openBreaker, trialMs } from './grant-breaker.ts';
import { leavePair } from './grant-leftovers.ts';
import { withNewPair } from './grant-pairs.ts';

/**
 * One attempt to refresh a grant: claim → send → store, or another outcome (states: `grants.ts`; rules: facts/security.md section
 * 3). Each function is one transaction and may be repeated after a lost COMMIT.
 */
export interface Attempt {
  readonly grantId: string;
  /** The version whose refresh token is sent. */
  readonly version: number;
  readonly attemptId: string;
}

export interface Claimed {
  readonly sealedPair: Buffer;
  readonly claimedAt: Date;
  /** With this version's token so far: unknown outcomes, and unsent attempts since the last of them. */
  readonly unknowns: number;
  readonly notSent: number;
}

/**
 * Claims the right to send the refresh token for `leaseMs`, which must be longer than the time from claim to send plus the
 * request's deadline. Undefined if another attempt has the claim, the version is outdated, its time has not come, or the breaker
 * is open: read again.
 */
export async function claimRefresh(db: Db, attempt: Attempt, leaseMs: number): Promise<Claimed | undefined> {
  const { rows } = await sql<{ sealed_pair: Buffer; claimed_at: Date; unknowns: number; not_sent: number }>`
    WITH claimable AS (
      SELECT grant_id AS id FROM person_grant
      WHERE grant_id = ${attempt.grantId} AND version = ${attempt.version} AND state IN ('live', 'refreshing', 'unsure')
        AND coalesce(greatest(lease_until, next_try_at) <= clock_timestamp(), true)
      FOR UPDATE
    ), trial AS (
      UPDATE grant_breaker SET next_trial_at = clock_timestamp() + ${trialMs} * interval '1 millisecond'
      WHERE next_trial_at <= clock_timestamp() AND EXISTS (SELECT FROM claimable)
      RETURNING only_one
    )
    UPDATE person_grant SET state = 'refreshing', attempt_id = ${attempt.attemptId}, next_try_at = NULL,
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    FROM claimable
    WHERE grant_id = claimable.id
      AND (EXISTS (SELECT FROM trial) OR NOT EXISTS (SELECT FROM grant_breaker WHERE open_since IS NOT NULL))
    RETURNING sealed_pair, lease_until - ${leaseMs} * interval '1 millisecond' AS claimed_at, unknowns, not_sent`.execute(db);
  const [row] = rows;
  return row && { sealedPair: row.sealed_pair, claimedAt: row.claimed_at, unknowns: row.unknowns, notSent: row.not_sent };
}

const own = (db: Db, { grantId, version, attemptId }: Attempt) =>
  db
    .updateTable('person_grant')
    .where('grant_id', '=', grantId)
    .where('version', '=', version)
    .where('attempt_id', '=', attemptId)
    .where('state', '=', 'refreshing');

const inMs = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** Surely not sent: the token is still good, and is retried after a pause. `pauseMs` 0: not counted as an attempt. */
export async function giveClaimBack(db: Db, attempt: Attempt, pauseMs: number): Promise<void> {
  await own(db, attempt)
    .set((row) => ({
      state: 'live',
      attempt_id: null,
      lease_until: null,
      next_try_at: inMs(pauseMs),
      not_sent: row('not_sent', '+', pauseMs > 0 ? 1 : 0),
    }))
    .execute();
}

/** Sent, without a response that says what happened to the token. The lease is kept: the far side may still be processing. */
export async function markUnsure(db: Db, attempt: Attempt, pauseMs: number): Promise<void> {
  await own(db, attempt)
    .set((row) => ({ state: 'unsure', next_try_at: inMs(pauseMs), unknowns: row('unknowns', '+', 1), not_sent: 0 }))
    .execute();
}

/**
 * The far side does not know our app: not the person's fault. Opens the breaker: no refreshes except occasional trials, whose pace
 * is the breaker's alone.
 */
export async function markClientRefused(db: Db, attempt: Attempt, pauseMs: number): Promise<void> {
  await markUnsure(db, attempt, Math.min(pauseMs, trialMs));
  await openBreaker(db, 'client-refused');
}

/**
 * `lapsed`: stored, for the first time; `held-back`: too many persons lapsed in a short time, so the fault is assumed to be ours;
 * `superseded`: a newer pair, another live attempt, or a revocation: read again.
 */
export type Lapse = 'lapsed' | 'held-back' | 'superseded';

/** The far side says that the refresh token is invalid: accepted only if nothing newer is known. */
export async function lapseGrant(db: Db, attempt: Attempt): Promise<Lapse> {
  const { grantId, version, attemptId } = attempt;
  const believed = await db
    .selectFrom('person_grant')
    .select(['tenant_id', 'procore_user_id'])
    .where('grant_id', '=', grantId)
    .where('version', '=', version)
    .where('state', 'in', ['refreshing', 'unsure'])
    .where((where) => where.or([where('attempt_id', '=', attemptId), where('lease_until', '<=', sql<Date>`clock_timestamp()`)]))
    .forUpdate()
    .executeTakeFirst();
  if (!believed) return 'superseded';
  const held = (await noteLapse(db, believed.procore_user_id)) === 'too-many';
  await db
    .updateTable('person_grant')
    .set(
      held
        ? { state: 'unsure', next_try_at: inMs(trialMs) }
        : { state: 'lapsed', attempt_id: null, lease_until: null, next_try_at: null },
    )
    .where('grant_id', '=', grantId)
    .execute();
  if (held) return 'held-back';
  await db
    .insertInto('grant_event')
    .values({ tenant_id: believed.tenant_id, grant_id: grantId, version, kind: 'lapsed', attempt_id: attemptId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return 'lapsed';
}

/** The pair received for a version's refresh token. */
export interface NewPair extends Attempt {
  readonly tenantId: string;
  readonly sealedPair: Buffer;
  /** By the database's clock at the claim. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/**
 * Stores a new pair as version + 1, comparing the version alone: an attempt whose lease expired, or on a grant marked lapsed,
 * still has the only good pair. `stored`: this attempt stored it, in this call or an earlier one. `left`: the grant was revoked
 * or has a newer pair; this one is kept to be revoked. `gone`: there is no such tenant.
 */
export async function storePair(db: Db, pair: NewPair): Promise<'stored' | 'left' | 'gone'> {
  const changed = await db
    .updateTable('person_grant')
    .set(withNewPair(pair.version + 1, pair))
    .where('grant_id', '=', pair.grantId)
    .where('version', '=', pair.version)
    .where('state', '<>', 'revoked')
    .executeTakeFirst();
  if (changed.numUpdatedRows === 1n) {
    await noteRefreshed(db, pair);
    await closeBreaker(db);
    return 'stored';
  }
  if (await wasStored(db, pair)) return 'stored';
  return (await leavePair(db, pair)) ? 'left' : 'gone';
}

async function noteRefreshed(db: Db, { tenantId, grantId, version, attemptId }: NewPair): Promise<void> {
  await db
    .insertInto('grant_event')
    .values({ tenant_id: tenantId, grant_id: grantId, version: version + 1, kind: 'refreshed', attempt_id: attemptId })
    .execute();
}

/** Whether an earlier try of the same attempt was committed without a response. */
async function wasStored(db: Db, { grantId, attemptId }: NewPair): Promise<boolean> {
  const row = await db
    .selectFrom('grant_event')
    .select('version')
    .where('grant_id', '=', grantId)
    .where('attempt_id', '=', attemptId)
    .where('kind', '=', 'refreshed')
    .executeTakeFirst();
  return row !== undefined;
}
