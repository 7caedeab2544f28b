import { type Selectable, sql } from 'kysely';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { type OpenBreaker, openBreakerOf } from './grant-breaker.ts';

/**
 * One person's Procore authorization: a versioned pair of tokens, whose refresh token is single use and is spent by any attempt
 * (facts/security.md section 3). Until the person confirms it, a pair is pending in the sign-in; the row begins as `live`.
 *
 * - `live`: the pair is good. `refreshing`: one attempt may send the refresh token, or its lease expired. `unsure`: it was sent
 *   and no response came; the access token is still used, the same refresh token is retried. `lapsed`: Procore does not accept
 *   it; the person must sign in again. `revoked`: final, the pair is deleted.
 * - A claim guards the send, never the store: a new pair of version v is accepted in every state but `revoked`, while v is the
 *   current version.
 */
export const grantStates = ['live', 'refreshing', 'unsure', 'lapsed', 'revoked'] as const;
export type GrantState = (typeof grantStates)[number];

/** Whether it may be used, now or after a refresh; otherwise its person has to sign in again. */
export const grantStands = ({ state }: { readonly state: GrantState }): boolean => state !== 'lapsed' && state !== 'revoked';

/**
 * The allowed transitions; of those to `live`, a new pair increments the version. The statements enforce them by their
 * conditions.
 *
 * @onlyTests
 */
export const grantTransitions = {
  live: ['refreshing', 'live', 'revoked'],
  refreshing: ['live', 'refreshing', 'unsure', 'lapsed', 'revoked'],
  unsure: ['refreshing', 'lapsed', 'live', 'revoked'],
  lapsed: ['live', 'revoked'],
  revoked: [],
} as const satisfies Record<GrantState, readonly GrantState[]>;

/** What may be shown of a grant. */
export interface PersonGrant {
  readonly grantId: string;
  readonly procoreUserId: string;
  readonly procoreLogin: string | null;
  readonly procoreName: string | null;
  readonly state: GrantState;
  readonly version: number;
  readonly authorizedAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const fromRow = (row: Selectable<Database['person_grant']>): PersonGrant => ({
  grantId: row.grant_id,
  procoreUserId: row.procore_user_id,
  procoreLogin: row.procore_login,
  procoreName: row.procore_name,
  state: wordOf(grantStates, row.state),
  version: row.version,
  authorizedAt: row.authorized_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
});

export async function findGrant(db: Db, grantId: string): Promise<PersonGrant | undefined> {
  const row = await db.selectFrom('person_grant').selectAll().where('grant_id', '=', grantId).executeTakeFirst();
  return row && fromRow(row);
}

/** The grant, not revoked, of the person with that Procore id. */
export async function findGrantOfPerson(db: Db, procoreUserId: string): Promise<PersonGrant | undefined> {
  const row = await db
    .selectFrom('person_grant')
    .selectAll()
    .where('procore_user_id', '=', procoreUserId)
    .where('state', '<>', 'revoked')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** A grant's present state. All durations are by the database's clock, never a worker's. Milliseconds. */
export interface GrantStanding {
  readonly state: GrantState;
  readonly version: number;
  readonly sealedPair: Buffer | null;
  /** The access token's remaining life, and its whole life. */
  readonly accessLeftMs: number;
  readonly accessLifeMs: number;
  /** Since this version's pair was requested. */
  readonly pairAgeMs: number;
  /** An attempt may be sending, or is about to. */
  readonly isClaimed: boolean;
  /** Until the refresh token may be sent (again): the lease, the pause after an attempt, the open breaker. 0: now. */
  readonly claimableInMs: number;
  readonly wasUsedLately: boolean;
  /** While the breaker is open. */
  readonly heldBack: OpenBreaker | null;
}

const msUntil = (moment: string) => sql<number>`extract(epoch FROM ${sql.ref(moment)} - clock_timestamp())::float8 * 1000`;

export async function readStanding(db: Db, grantId: string): Promise<GrantStanding | undefined> {
  const row = await db
    .selectFrom('person_grant')
    .innerJoin('grant_breaker', (join) => join.onTrue())
    .select(['state', 'version', 'sealed_pair'])
    .select([
      msUntil('access_expires_at').as('accessLeftMs'),
      sql<number>`extract(epoch FROM access_expires_at - access_issued_at)::float8 * 1000`.as('accessLifeMs'),
      sql<number>`extract(epoch FROM clock_timestamp() - access_issued_at)::float8 * 1000`.as('pairAgeMs'),
      sql<boolean>`state = 'refreshing' AND lease_until > clock_timestamp()`.as('isClaimed'),
      sql<number>`greatest(extract(epoch FROM greatest(lease_until, next_try_at, next_trial_at) - clock_timestamp()), 0)::float8 * 1000`.as(
        'claimableInMs',
      ),
      sql<boolean>`coalesce(last_used_at > clock_timestamp() - interval '1 hour', false)`.as('wasUsedLately'),
    ])
    .select(['grant_breaker.why', 'grant_breaker.open_since', 'grant_breaker.next_trial_at'])
    .where('grant_id', '=', grantId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { sealed_pair: sealedPair, state, why, open_since, next_trial_at, ...rest } = row;
  const heldBack = openBreakerOf({ why, since: open_since, nextTrialAt: next_trial_at }) ?? null;
  return { ...rest, state: wordOf(grantStates, state), sealedPair, heldBack };
}

export async function noteGrantUse(db: Db, grantId: string): Promise<void> {
  await db
    .updateTable('person_grant')
    .set({ last_used_at: sql<Date>`clock_timestamp()` })
    .where('grant_id', '=', grantId)
    .execute();
}

/** Longest that a refresh token stays unused; Procore does not publish what happens to older ones. */
const idleDays = 7;

/**
 * Grants to refresh without a request for them: idle for a week, or with an unfinished attempt and an expired access token. While the
 * breaker is open and a trial is due, all with an expired one: whichever asks first makes the trial.
 */
export async function grantsToRefresh(db: Db, limit: number): Promise<readonly { grantId: string; version: number }[]> {
  const rows = await db
    .selectFrom('person_grant')
    .select(['grant_id', 'version'])
    .where((where) =>
      where.or([
        where('state', '=', 'live').and(sql<boolean>`access_issued_at < clock_timestamp() - ${idleDays} * interval '1 day'`),
        where('state', 'in', ['refreshing', 'unsure']).and(sql<boolean>`access_expires_at <= clock_timestamp()`),
        where('state', '=', 'live').and(sql<boolean>`access_expires_at <= clock_timestamp() AND EXISTS (
          SELECT FROM grant_breaker WHERE next_trial_at <= clock_timestamp())`),
      ]),
    )
    .where(sql<boolean>`coalesce(greatest(lease_until, next_try_at) <= clock_timestamp(), true)`)
    .orderBy('access_issued_at')
    .limit(limit)
    .execute();
  return rows.map(({ grant_id: grantId, version }) => ({ grantId, version }));
}

/** A lapse that its person was not notified of, and whose grant is still lapsed. */
export interface UntoldLapse {
  readonly grantId: string;
  readonly version: number;
  readonly procoreUserId: string;
  readonly at: Date;
}

export async function lapsesToTell(db: Db, limit: number): Promise<readonly UntoldLapse[]> {
  const rows = await db
    .selectFrom('grant_event as e')
    .innerJoin('person_grant as g', (join) => join.onRef('g.grant_id', '=', 'e.grant_id').onRef('g.version', '=', 'e.version'))
    .select(['e.grant_id', 'e.version', 'g.procore_user_id', 'e.at'])
    .where('e.kind', '=', 'lapsed')
    .where('e.told_at', 'is', null)
    .where('g.state', '=', 'lapsed')
    .orderBy('e.at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ grantId: row.grant_id, version: row.version, procoreUserId: row.procore_user_id, at: row.at }));
}

/** True for the caller that has to notify: one of all concurrent callers. */
export async function markLapseTold(db: Db, { grantId, version }: Pick<UntoldLapse, 'grantId' | 'version'>): Promise<boolean> {
  const changed = await db
    .updateTable('grant_event')
    .set({ told_at: sql<Date>`clock_timestamp()` })
    .where('grant_id', '=', grantId)
    .where('version', '=', version)
    .where('kind', '=', 'lapsed')
    .where('told_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
