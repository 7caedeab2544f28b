import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { type BackfillChoice, backfillChoice } from '../../domain/contractors.ts';
import { type PartnerName, partnerNames } from '../../domain/partners.ts';
import type { StoredReport } from '../../domain/workflow-inputs.ts';
import type { Database } from '../database.d.ts';
import { jsonb } from '../json.ts';
import type { Automation } from '../records/wanted-records.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { releaseStreams } from './stream-owners.ts';

/** active ↔ paused; both → unlinked, which ends only by linking the project again (a new generation). */
export const linkStates = ['active', 'paused', 'unlinked'] as const;
export type LinkState = (typeof linkStates)[number];

/** project: a pair of projects; company: what concerns the company as a whole, one per connection. */
export const linkScopes = ['project', 'company'] as const;
export type LinkScope = (typeof linkScopes)[number];

const automation = z.record(z.string(), z.object({ create: z.boolean(), update: z.boolean() }));

export interface ProjectLink {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly connectionId: string;
  readonly scope: LinkScope;
  readonly procoreProjectId: string;
  readonly procoreProjectName: string;
  readonly partnerProjectId: string;
  readonly partnerProjectName: string;
  readonly procoreTimeZone: string | null;
  /** IANA; null: unknown, nothing is synced. */
  readonly timeZone: string | null;
  readonly startDate: string | null;
  /** What the contractor chose to backfill; null: nobody was asked. */
  readonly backfill: BackfillChoice | null;
  readonly state: LinkState;
  /** Since when care sees that the project is inactive in Procore: the link waits, whatever its state. Null: it is active. */
  readonly inactiveSince: Date | null;
  /** By stream: which writes are sent automatically. All, for a stream that is absent. */
  readonly automation: Readonly<Record<string, Automation>>;
  /** Incremented when the link is ended and when it is linked again, like its desired run's: an older run ends itself. */
  readonly generation: number;
  /** When it was first linked. */
  readonly createdAt: Date;
  readonly lastCycleAt: Date | null;
  readonly nextCycleAt: Date | null;
  readonly waitingUntil: Date | null;
  readonly waitingWhy: string | null;
}

const fromRow = (row: Selectable<Database['project_link']>): ProjectLink => ({
  tenantId: row.tenant_id,
  projectLinkId: row.project_link_id,
  connectionId: row.connection_id,
  scope: wordOf(linkScopes, row.scope),
  procoreProjectId: row.procore_project_id,
  procoreProjectName: row.procore_project_name,
  partnerProjectId: row.partner_project_id,
  partnerProjectName: row.partner_project_name,
  procoreTimeZone: row.procore_time_zone,
  timeZone: row.time_zone,
  startDate: row.start_date === null ? null : String(row.start_date),
  backfill: row.backfill === null ? null : backfillChoice.parse(row.backfill),
  state: wordOf(linkStates, row.state),
  inactiveSince: row.inactive_since,
  automation: automation.parse(row.automation),
  generation: row.generation,
  createdAt: row.created_at,
  lastCycleAt: row.last_cycle_at,
  nextCycleAt: row.next_cycle_at,
  waitingUntil: row.waiting_until,
  waitingWhy: row.waiting_why,
});

export interface NewProjectLink
  extends Pick<
    ProjectLink,
    | 'tenantId'
    | 'connectionId'
    | 'procoreProjectId'
    | 'procoreProjectName'
    | 'partnerProjectId'
    | 'partnerProjectName'
    | 'procoreTimeZone'
    | 'timeZone'
  > {
  readonly scope?: LinkScope;
  readonly startDate?: string | null;
  readonly backfill?: BackfillChoice | null;
  /** How the pair was found, in the words of `MatchBasis`. */
  readonly basis: string;
}

/**
 * Links a pair of projects, or updates a linked pair (names, zone, counterpart); an unlinked one is linked again under a new
 * generation, like its desired run. Idempotent.
 */
export async function linkProject(db: Db, given: NewProjectLink): Promise<ProjectLink> {
  const known = {
    procore_project_name: given.procoreProjectName,
    partner_project_name: given.partnerProjectName,
    procore_time_zone: given.procoreTimeZone,
    time_zone: given.timeZone,
    ...(given.backfill && { backfill: jsonb(given.backfill) }),
    // only active ones are linked
    inactive_since: null,
  };
  const row = await db
    .insertInto('project_link')
    .values({
      tenant_id: given.tenantId,
      project_link_id: randomUUID(),
      connection_id: given.connectionId,
      scope: given.scope ?? 'project',
      procore_project_id: given.procoreProjectId,
      partner_project_id: given.partnerProjectId,
      start_date: given.startDate ?? null,
      basis: given.basis,
      ...known,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'procore_project_id']).doUpdateSet({
        ...known,
        partner_project_id: given.partnerProjectId,
        basis: given.basis,
        generation: sql<number>`project_link.generation + CASE WHEN project_link.state = 'unlinked' THEN 1 ELSE 0 END`,
        state: sql<string>`CASE WHEN project_link.state = 'unlinked' THEN 'active' ELSE project_link.state END`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

export async function findProjectLink(db: Db, projectLinkId: string): Promise<ProjectLink | undefined> {
  const row = await db.selectFrom('project_link').selectAll().where('project_link_id', '=', projectLinkId).executeTakeFirst();
  return row && fromRow(row);
}

/** Sorted by the Procore project's name. */
export async function listProjectLinks(db: Db, connectionId: string): Promise<readonly ProjectLink[]> {
  const rows = await db
    .selectFrom('project_link')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('procore_project_name')
    .orderBy('project_link_id')
    .execute();
  return rows.map(fromRow);
}

/** A paused link keeps its run, which then does nothing. An unlinked one stays unlinked. False: nothing changed. */
export async function pauseLink(db: Db, projectLinkId: string, paused: boolean, reason: string | null): Promise<boolean> {
  const changed = await db
    .updateTable('project_link')
    .set({ state: paused ? 'paused' : 'active', waiting_until: null, waiting_why: paused ? reason : null })
    .where('project_link_id', '=', projectLinkId)
    .where('state', '=', paused ? 'active' : 'paused')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/**
 * Ends a link: no run up to this generation writes for it again, and another tenant may own its streams. What was written stays
 * on the far side.
 */
export async function unlinkProject(db: Db, projectLinkId: string): Promise<void> {
  const link = await findProjectLink(db, projectLinkId);
  if (!link || link.state === 'unlinked') return;
  const { procoreProjectId } = link;
  // two links of one project that end at the same time must see each other's end
  await db
    .selectFrom('project_link')
    .select('project_link_id')
    .where('procore_project_id', '=', procoreProjectId)
    .orderBy('project_link_id')
    .forUpdate()
    .execute();
  await db
    .updateTable('project_link')
    .set({
      state: 'unlinked',
      generation: sql<number>`generation + 1`,
      next_cycle_at: null,
      waiting_until: null,
      waiting_why: null,
    })
    .where('project_link_id', '=', projectLinkId)
    .where('state', '<>', 'unlinked')
    .execute();
  await releaseStreams(db, procoreProjectId);
}

/** Makes the links of inactive Procore projects wait, and those of active ones continue; others are unknown and unchanged. */
export async function noteActivity(
  db: Db,
  connectionId: string,
  { active, inactive }: { readonly active: readonly string[]; readonly inactive: readonly string[] },
): Promise<void> {
  const linksOf = (projectIds: readonly string[]) =>
    db
      .updateTable('project_link')
      .where('connection_id', '=', connectionId)
      .where('scope', '=', 'project')
      .where('procore_project_id', '=', sql<string>`ANY(${[...projectIds]}::text[])`);
  await linksOf(active).set({ inactive_since: null }).where('inactive_since', 'is not', null).execute();
  await linksOf(inactive)
    .set({ inactive_since: sql<Date>`clock_timestamp()` })
    .where('inactive_since', 'is', null)
    .where('state', '<>', 'unlinked')
    .execute();
}

export interface CycleEnd {
  readonly nextCycleMs: number;
  readonly waitingUntilMs?: number | undefined;
  readonly why?: string | undefined;
}

/** Stores the end of a cycle for the pages; times are epoch milliseconds. */
export async function noteCycle(db: Db, projectLinkId: string, end: CycleEnd): Promise<void> {
  await db
    .updateTable('project_link')
    .set({
      last_cycle_at: sql<Date>`clock_timestamp()`,
      next_cycle_at: new Date(end.nextCycleMs),
      waiting_until: end.waitingUntilMs === undefined ? null : new Date(end.waitingUntilMs),
      waiting_why: end.why ?? null,
    })
    .where('project_link_id', '=', projectLinkId)
    .where('state', '=', 'active')
    .execute();
}

/** Stores the newest report of one stream for the pages, and when the far side last accepted a write of it. */
export async function noteReport(db: Db, projectLinkId: string, report: StoredReport): Promise<void> {
  const { stream } = report;
  const wroteBefore = sql`jsonb_strip_nulls(jsonb_build_object('wroteAtMs', last_report -> ${stream}::text -> 'wroteAtMs'))`;
  await db
    .updateTable('project_link')
    .set({
      last_report: sql`coalesce(last_report, '{}') || jsonb_build_object(${stream}::text, ${wroteBefore} || ${jsonb(report)})`,
    })
    .where('project_link_id', '=', projectLinkId)
    .execute();
}

export interface LinkOfConnection {
  readonly link: ProjectLink;
  readonly partner: PartnerName;
  readonly stage: string;
  readonly companyId: string | null;
  readonly modules: readonly string[];
  readonly syncUserId: string | null;
}

/** A link, and what a cycle needs of its connection. */
export async function findLinkOfConnection(db: Db, projectLinkId: string): Promise<LinkOfConnection | undefined> {
  const link = await findProjectLink(db, projectLinkId);
  if (!link) return undefined;
  const connection = await db
    .selectFrom('connection')
    .select(['partner', 'stage', 'bound_company_id', 'modules', 'sync_user_id'])
    .where('connection_id', '=', link.connectionId)
    .executeTakeFirstOrThrow();
  return {
    link,
    partner: wordOf(partnerNames, connection.partner),
    stage: connection.stage,
    companyId: connection.bound_company_id,
    modules: connection.modules,
    syncUserId: connection.sync_user_id,
  };
}
