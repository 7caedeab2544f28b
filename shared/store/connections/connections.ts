import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type PartnerName, partnerNames } from '../../domain/partners.ts';
import { type DatedChoice, type ProjectChoice, projectChoice } from '../../domain/projects.ts';
import type { Database } from '../database.d.ts';
import { jsonb } from '../json.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** onboarding → live | expired | disconnected; live ↔ paused; live, paused → disconnected; expired → onboarding, disconnected. */
export const connectionStages = ['onboarding', 'live', 'paused', 'disconnected', 'expired'] as const;
export type ConnectionStage = (typeof connectionStages)[number];

/** In these stages another connection may bind its company; its own binding stays in the row, as history. */
export const endedStages = ['disconnected', 'expired'] as const satisfies readonly ConnectionStage[];

export const hasEnded = ({ stage }: { readonly stage: ConnectionStage }): boolean => endedStages.some((ended) => ended === stage);

/** Stages that may follow each stage; tested exhaustively. */
export const stageTransitions: Readonly<Record<ConnectionStage, readonly ConnectionStage[]>> = {
  onboarding: ['live', 'expired', 'disconnected'],
  live: ['paused', 'disconnected'],
  paused: ['live', 'disconnected'],
  expired: ['onboarding', 'disconnected'],
  disconnected: [],
};

export interface Connection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly partner: PartnerName;
  readonly scope: 'company' | 'project';
  readonly stage: ConnectionStage;
  /** Typed in by somebody: proves nothing. */
  readonly claimedCompanyId: string | null;
  readonly boundCompanyId: string | null;
  readonly companyName: string | null;
  /** Set for a connection of one project. */
  readonly boundProjectId: string | null;
  readonly boundProjectName: string | null;
  /** For a connection of people: the authorization it is read with. */
  readonly ownerGrantId: string | null;
  /** Of the person who signed in to replace the owner and waits for the inviter; nothing is read with it. */
  readonly proposedOwnerGrantId: string | null;
  readonly boundAt: Date | null;
  readonly boundBy: string | null;
  readonly syncUserId: string | null;
  /** All users that we ever wrote as, also under replaced credentials: what they made is ours. */
  readonly syncUserIds: readonly string[];
  readonly syncUserName: string | null;
  readonly modules: readonly string[];
  readonly projectChoice: DatedChoice | null;
  /** As stored; the partner's own schema reads it. */
  readonly partnerSettings: unknown;
  readonly lookedAt: Date | null;
  readonly liveAt: Date | null;
  readonly createdAt: Date;
}

const fromRow = (row: Selectable<Database['connection']>): Connection => ({
  tenantId: row.tenant_id,
  connectionId: row.connection_id,
  partner: wordOf(partnerNames, row.partner),
  scope: wordOf(['company', 'project'] as const, row.scope),
  stage: wordOf(connectionStages, row.stage),
  claimedCompanyId: row.claimed_company_id,
  boundCompanyId: row.bound_company_id,
  companyName: row.company_name,
  boundProjectId: row.bound_project_id,
  boundProjectName: row.bound_project_name,
  ownerGrantId: row.owner_grant_id,
  proposedOwnerGrantId: row.proposed_owner_grant_id,
  boundAt: row.bound_at,
  boundBy: row.bound_by,
  syncUserId: row.sync_user_id,
  syncUserIds: row.sync_user_ids,
  syncUserName: row.sync_user_name,
  modules: row.modules,
  projectChoice: choiceOf(row),
  partnerSettings: row.partner_settings,
  lookedAt: row.looked_at,
  liveAt: row.live_at,
  createdAt: row.created_at,
});

const choiceOf = ({ project_choice, project_chosen_at }: Selectable<Database['connection']>): DatedChoice | null =>
  project_choice === null || project_chosen_at === null
    ? null
    : { ...projectChoice.parse(project_choice), chosenAt: project_chosen_at.toISOString() };

export interface NewConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly partner: PartnerName;
  readonly scope: 'company' | 'project';
  readonly claimedCompanyId?: string | undefined;
  readonly modules?: readonly string[] | undefined;
}

export async function createConnection(db: Db, given: NewConnection): Promise<Connection> {
  const row = await db
    .insertInto('connection')
    .values({
      tenant_id: given.tenantId,
      connection_id: given.connectionId,
      partner: given.partner,
      scope: given.scope,
      claimed_company_id: given.claimedCompanyId ?? null,
      ...(given.modules ? { modules: [...given.modules] } : {}),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

export async function findConnection(db: Db, connectionId: string): Promise<Connection | undefined> {
  const row = await db.selectFrom('connection').selectAll().where('connection_id', '=', connectionId).executeTakeFirst();
  return row && fromRow(row);
}

/**
 * The same, locked until the transaction ends. Decisions, results of checks, and changes of stage and credentials all take this
 * lock first: each sees the others whole or not at all.
 */
export async function lockConnection(db: Db, connectionId: string): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connection')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The same for several, in the order of their ids: whoever locks several cannot block another who does. */
export async function lockConnections(db: Db, connectionIds: readonly string[]): Promise<readonly Connection[]> {
  if (connectionIds.length === 0) return [];
  const rows = await db
    .selectFrom('connection')
    .selectAll()
    .where('connection_id', 'in', connectionIds)
    .orderBy('connection_id')
    .forNoKeyUpdate()
    .execute();
  return rows.map(fromRow);
}

/** The existing ones of these connections, by id. */
export async function findConnections(db: Db, connectionIds: readonly string[]): Promise<ReadonlyMap<string, Connection>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db.selectFrom('connection').selectAll().where('connection_id', 'in', connectionIds).execute();
  return new Map(rows.map((row) => [row.connection_id, fromRow(row)]));
}

/**
 * Stores the company that somebody claims it is. False once a company is bound: another company needs another connection. What
 * was learned under an earlier claim (sync user, name) is cleared.
 */
export async function claimCompany(db: Db, connectionId: string, companyId: string): Promise<boolean> {
  const changed = await db
    .updateTable('connection')
    .set({
      claimed_company_id: companyId,
      sync_user_id: sql`CASE WHEN claimed_company_id = ${companyId} THEN sync_user_id END`,
      sync_user_ids: sql`CASE WHEN claimed_company_id = ${companyId} THEN sync_user_ids ELSE '{}' END`,
      sync_user_name: sql`CASE WHEN claimed_company_id = ${companyId} THEN sync_user_name END`,
    })
    .where('connection_id', '=', connectionId)
    .where((where) => where.or([where('bound_company_id', 'is', null), where('bound_company_id', '=', companyId)]))
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

export async function storeSyncUser(
  db: Db,
  connectionId: string,
  user: { readonly id: string; readonly name: string },
): Promise<void> {
  await db
    .updateTable('connection')
    .set({
      sync_user_id: user.id,
      sync_user_name: user.name,
      sync_user_ids: sql<
        string[]
      >`CASE WHEN ${user.id} = ANY (sync_user_ids) THEN sync_user_ids ELSE sync_user_ids || ${user.id}::text END`,
    })
    .where('connection_id', '=', connectionId)
    .execute();
}

export async function storeProjectChoice(db: Db, connectionId: string, choice: ProjectChoice, chosenAt: Date): Promise<void> {
  await db
    .updateTable('connection')
    .set({ project_choice: JSON.stringify(choice), project_chosen_at: chosenAt })
    .where('connection_id', '=', connectionId)
    .execute();
}

/**
 * Moves to a stage if the transitions allow it; returns whether the row is in that stage. An ended connection cannot return while
 * another holds its company.
 */
export async function moveConnection(db: Db, connectionId: string, stage: ConnectionStage): Promise<boolean> {
  const from = connectionStages.filter((candidate) => candidate === stage || stageTransitions[candidate].includes(stage));
  const changed = await db
    .updateTable('connection')
    .set({ stage, ...(stage === 'live' ? { live_at: sql<Date>`coalesce(live_at, clock_timestamp())` } : {}) })
    .where('connection_id', '=', connectionId)
    .where('stage', 'in', from)
    .$if(!hasEnded({ stage: stage }), (query) =>
      query.where(
        sql<boolean>`NOT EXISTS (
          SELECT FROM connection other
          WHERE other.tenant_id = connection.tenant_id AND other.partner = connection.partner
            AND other.bound_company_id = connection.bound_company_id
            AND other.bound_project_id IS NOT DISTINCT FROM connection.bound_project_id AND other.connection_id <> connection.connection_id
            AND other.stage NOT IN ('disconnected', 'expired'))`,
      ),
    )
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Records that somebody is viewing the connection's page; meanwhile waiting steps are checked more often. */
export async function noteLook(db: Db, connectionId: string): Promise<void> {
  await db
    .updateTable('connection')
    .set({ looked_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .execute();
}

/** Stores the enabled modules, and the partner's settings as parsed by its schema. */
export async function storeSettings(
  db: Db,
  connectionId: string,
  { modules, settings }: { readonly modules: readonly string[]; readonly settings: unknown },
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ modules: [...modules], partner_settings: jsonb(settings) })
    .where('connection_id', '=', connectionId)
    .execute();
}
