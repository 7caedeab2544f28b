import { sql } from 'kysely';
import { outcomeOfRow, ownerAccessStep } from '../../domain/steps.ts';
import type { Connection } from '../connections/connections.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { standingConsents } from './consents.ts';
import { findGrant, grantStands, type PersonGrant } from './grants.ts';

/** Why a connection is not read as its owner. */
export const reasonsToStandIn = ['grant-lapsed', 'no-access'] as const;
export type ReasonToStandIn = (typeof reasonsToStandIn)[number];

/** As whom a connection is read. `grant` null: as nobody, and it waits. */
export interface Turn {
  readonly grant: Pick<PersonGrant, 'grantId' | 'procoreUserId' | 'procoreName' | 'procoreLogin'> | null;
  readonly owner: PersonGrant | null;
  /** Null: the owner reads. */
  readonly why: ReasonToStandIn | null;
  /** The owner's levels as care last saw them: another level sees other items. Null: not known. */
  readonly level: string | null;
}

/** Stuck reasons of the step that checks the owner's access which mean that the owner may not read what others may. */
const withoutAccess: readonly string[] = [
  'permission-too-low',
  'project-not-permitted',
  'company-not-visible',
  'person-lacks-access',
];

/**
 * Returns the owner, if their authorization is usable and they have access; else the first who agreed of the readers with a
 * usable authorization. An owner without access and without a stand-in is still used, and visibly refused.
 */
export async function chooseReader(
  db: Db,
  { connectionId, ownerGrantId }: Pick<Connection, 'connectionId' | 'ownerGrantId'>,
): Promise<Turn> {
  const owner = (ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId)) ?? null;
  const seen = await ownerSeen(db, connectionId);
  const stands = owner !== null && grantStands(owner);
  if (stands && seen.mayRead) return { grant: owner, owner, why: null, level: seen.level };
  const why = stands ? 'no-access' : 'grant-lapsed';
  const agreed = await standingConsents(db, connectionId, 'reader');
  const standIn = agreed.find(({ grantId, grantState }) => grantStands({ state: grantState }) && grantId !== ownerGrantId);
  if (standIn) return { grant: standIn, owner, why, level: null };
  return { grant: stands ? owner : null, owner, why, level: null };
}

/** Whether the owner had no access when care last looked: then another admin may replace them. */
export const ownerLacksAccess = async (db: Db, connectionId: string): Promise<boolean> =>
  !(await ownerSeen(db, connectionId)).mayRead;

async function ownerSeen(db: Db, connectionId: string) {
  const row = await db
    .selectFrom('step')
    .select(['outcome', 'evidence'])
    .where('connection_id', '=', connectionId)
    .where('step_id', '=', ownerAccessStep)
    .executeTakeFirst();
  const outcome = row?.outcome == null ? null : outcomeOfRow(row.outcome);
  return {
    mayRead: outcome?.state !== 'stuck' || !withoutAccess.includes(outcome.reason),
    level: row?.evidence == null ? null : JSON.stringify(row.evidence),
  };
}

/**
 * Stores as whom the connection is read; returns whether that or its reason changed. When the owner's turn ends, starts asking
 * for a new owner.
 */
export async function noteTurn(
  db: Db,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  { grant, why }: Pick<Turn, 'grant' | 'why'>,
): Promise<boolean> {
  const grantId = grant?.grantId ?? null;
  const row = await db
    .insertInto('reading_turn')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      grant_id: grantId,
      why,
      owner_asked_at: why === null ? null : sql<Date>`clock_timestamp()`,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id'])
        .doUpdateSet({
          grant_id: grantId,
          why,
          since: sql<Date>`clock_timestamp()`,
          owner_asked_at: why === null ? null : sql<Date>`coalesce(reading_turn.owner_asked_at, clock_timestamp())`,
          ...(why === null ? { owner_told_at: null } : {}),
        })
        .where((where) =>
          where.or([
            where('reading_turn.grant_id', 'is distinct from', grantId),
            where('reading_turn.why', 'is distinct from', why),
          ]),
        ),
    )
    .returning('connection_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** As whom the connection is read, as last stored; undefined if it was never read. */
export interface KeptTurn {
  readonly grantId: string | null;
  readonly why: ReasonToStandIn | null;
  readonly since: Date;
  /** Since when a new owner is asked for. */
  readonly ownerAskedAt: Date | null;
  readonly ownerToldAt: Date | null;
}

export async function findTurn(db: Db, connectionId: string): Promise<KeptTurn | undefined> {
  const row = await db.selectFrom('reading_turn').selectAll().where('connection_id', '=', connectionId).executeTakeFirst();
  return (
    row && {
      grantId: row.grant_id,
      why: row.why === null ? null : wordOf(reasonsToStandIn, row.why),
      since: row.since,
      ownerAskedAt: row.owner_asked_at,
      ownerToldAt: row.owner_told_at,
    }
  );
}

/** Connections whose owner has no access and was not notified, the longest ago first. A lapse has its own notification. */
export async function ownersToAsk(db: Db, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('reading_turn')
    .select('connection_id')
    .where('why', '=', 'no-access' satisfies ReasonToStandIn)
    .where('owner_told_at', 'is', null)
    .orderBy('owner_asked_at')
    .limit(limit)
    .execute();
  return rows.map(({ connection_id: connectionId }) => connectionId);
}

/** True for the caller that has to notify: one of all concurrent callers. */
export async function markOwnerAsked(db: Db, connectionId: string): Promise<boolean> {
  const changed = await db
    .updateTable('reading_turn')
    .set({ owner_told_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('owner_asked_at', 'is not', null)
    .where('owner_told_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}
