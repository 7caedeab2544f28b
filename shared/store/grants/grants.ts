import { type Selectable, sql } from 'kysely';
import type { Database } from '../database.d.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/**
 * One person's Procore authorization: a pair of tokens in versions, of which the refresh token is single use and dies on any attempt
 * (facts/security.md section 3). Until its person has confirmed it, a pair is pending in the sign-in; the row begins as `live`.
 *
 * - `live`: the pair is good. `refreshing`: one attempt may send the refresh token, or its lease ran out. `unsure`: it was sent and no
 *   answer came; the access token serves on, the same refresh token is tried again. `lapsed`: Procore knows it no more; the person signs in
 *   again. `revoked`: final, the pair is gone.
 * - A claim guards the send, never the store: a new pair of version v is taken from every state but `revoked`, as long as v stands.
 */
export const grantStates = ['live', 'refreshing', 'unsure', 'lapsed', 'revoked'] as const;
export type GrantState = (typeof grantStates)[number];

/** Whether it may still be used, now or after a refresh; of what does not stand, its person has to sign in again. */
export const grantStands = ({ state }: { readonly state: GrantState }): boolean => state !== 'lapsed' && state !== 'revoked';

/**
 * Which state may follow which; of those that lead to `live`, a new pair raises the version. The statements keep to it by their conditions.
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

/** The one that is not revoked, of whoever has that id at Procore. */
export async function findGrantOfPerson(db: Db, procoreUserId: string): Promise<PersonGrant | undefined> {
  const row = await db
    .selectFrom('person_grant')
    .selectAll()
    .where('procore_user_id', '=', procoreUserId)
    .where('state', '<>', 'revoked')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** How a grant stands now. All spans are by the database's clock, so that no worker's own clock has a say. Milliseconds. */
export interface GrantStanding {
  readonly state: GrantState;
  readonly version: number;
  readonly sealedPair: Buffer | null;
  /** What is left of the access token's life, and its whole length. */
  readonly accessLeftMs: number;
  readonly accessLifeMs: number;
  /** Since this version's pair was asked for. */
  readonly pairAgeMs: number;
  /** An attempt may be sending, or about to. */
  readonly isClaimed: boolean;
  /** Until the refresh token may be sent (again): the lease, the pause after an attempt, the open breaker. 0: now. */
  readonly claimableInMs: number;
  readonly wasUsedLately: boolean;
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
    .where('grant_id', '=', grantId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { sealed_pair: sealedPair, state, ...rest } = row;
  return { ...rest, state: wordOf(grantStates, state), sealedPair };
}

export async function noteGrantUse(db: Db, grantId: string): Promise<void> {
  await db
    .updateTable('person_grant')
    .set({ last_used_at: sql<Date>`clock_timestamp()` })
    .where('grant_id', '=', grantId)
    .execute();
}

/** Longest that a refresh token lies unused; what Procore does with older ones is not published. */
const idleDays = 7;

/**
 * Grants whose refresh token should be sent without anybody asking: idle for a week, or with an attempt behind them that nobody
 * finished, once their access token serves no more.
 */
export async function grantsToRefresh(db: Db, limit: number): Promise<readonly { grantId: string; version: number }[]> {
  const rows = await db
    .selectFrom('person_grant')
    .select(['grant_id', 'version'])
    .where((where) =>
      where.or([
        where('state', '=', 'live').and(sql<boolean>`access_issued_at < clock_timestamp() - ${idleDays} * interval '1 day'`),
        where('state', 'in', ['refreshing', 'unsure']).and(sql<boolean>`access_expires_at <= clock_timestamp()`),
      ]),
    )
    .where(sql<boolean>`coalesce(greatest(lease_until, next_try_at) <= clock_timestamp(), true)`)
    .orderBy('access_issued_at')
    .limit(limit)
    .execute();
  return rows.map(({ grant_id: grantId, version }) => ({ grantId, version }));
}

/** A lapse that its person was not told of yet, and whose grant still waits for them. */
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

/** True for whoever is to tell it: one of all who ask at once. */
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
