import { sql } from 'kysely';
import { z } from 'zod';
import { type Comparison, comparison } from '../../domain/reconciling.ts';
import { type StoredReport, storedReport } from '../../domain/workflow-inputs.ts';
import type { ListPosition } from '../connections/connections-view.ts';
import { microsOf } from '../positions.ts';
import { openRefusals, type Refusal } from '../refusals.ts';
import type { Db } from '../tenancy.ts';

/** A linked project with its counts, for the people watching it. */
export interface ProjectLinkView {
  readonly projectLinkId: string;
  readonly connectionId: string;
  readonly scope: string;
  readonly automation: unknown;
  readonly partner: string;
  readonly procoreProjectId: string;
  readonly procoreProjectName: string;
  readonly partnerProjectId: string;
  readonly partnerProjectName: string;
  readonly timeZone: string | null;
  readonly startDate: string | null;
  readonly state: string;
  readonly lastCycleAt: Date | null;
  readonly nextCycleAt: Date | null;
  readonly waitingUntil: Date | null;
  readonly waitingWhy: string | null;
  readonly createdAt: Date;
  readonly createdAtMicros: string;
  /** Deliveries by state; states without any are absent. */
  readonly deliveries: Readonly<Record<string, number>>;
  /** Attention items that wait for a person. */
  readonly attention: number;
  /** Streams that had a cycle, or were refused one, by name. */
  readonly streams: readonly StreamView[];
}

export interface StreamView {
  readonly name: string;
  /** Report of its newest cycle with access to both sides. */
  readonly report: StoredReport | null;
  /** Why it is refused as a whole, if it is. */
  readonly refused: Refusal | null;
  /** What its newest comparison of both sides found. */
  readonly compared: (Comparison & { readonly at: Date }) | null;
}

const links = (db: Db) =>
  db
    .selectFrom('project_link as l')
    .innerJoin('connection as c', (join) =>
      join.onRef('c.tenant_id', '=', 'l.tenant_id').onRef('c.connection_id', '=', 'l.connection_id'),
    )
    .select([
      'l.project_link_id as projectLinkId',
      'l.connection_id as connectionId',
      'l.scope',
      'l.automation',
      'c.partner',
      'l.procore_project_id as procoreProjectId',
      'l.procore_project_name as procoreProjectName',
      'l.partner_project_id as partnerProjectId',
      'l.partner_project_name as partnerProjectName',
      'l.time_zone as timeZone',
      sql<string | null>`l.start_date::text`.as('startDate'),
      'l.state',
      'l.last_cycle_at as lastCycleAt',
      'l.next_cycle_at as nextCycleAt',
      'l.waiting_until as waitingUntil',
      'l.waiting_why as waitingWhy',
      'l.last_report as lastReports',
      'l.created_at as createdAt',
      microsOf(sql.ref('l.created_at')).as('createdAtMicros'),
    ]);

/** Adds counts and streams to a page of links. */
async function withCounts<Row extends { readonly projectLinkId: string; readonly lastReports: unknown }>(
  db: Db,
  rows: readonly Row[],
) {
  const ids = rows.map((row) => row.projectLinkId);
  if (ids.length === 0) return [];
  const deliveries = await db
    .selectFrom('delivery')
    .select(['project_link_id', 'state', sql<string>`count(*)`.as('count')])
    .where('project_link_id', 'in', ids)
    .groupBy(['project_link_id', 'state'])
    .execute();
  const attention = await db
    .selectFrom('attention_item')
    .select(['project_link_id', sql<string>`count(*)`.as('count')])
    .where('project_link_id', 'in', ids)
    .where('resolved_at', 'is', null)
    .groupBy('project_link_id')
    .execute();
  const refusals = await openRefusals(db, ids);
  const comparisons = await db
    .selectFrom('checkpoint')
    .select(['project_link_id', 'stream', 'reconciled_at', 'comparison'])
    .where('project_link_id', 'in', ids)
    .where('comparison', 'is not', null)
    .execute();
  return rows.map(({ lastReports, ...row }) => ({
    ...row,
    streams: streamsOf(
      lastReports,
      refusals.filter((refusal) => refusal.projectLinkId === row.projectLinkId),
      comparisons.filter((one) => one.project_link_id === row.projectLinkId),
    ),
    deliveries: Object.fromEntries(
      deliveries
        .filter((count) => count.project_link_id === row.projectLinkId)
        .map((count) => [count.state, Number(count.count)]),
    ),
    attention: Number(attention.find((count) => count.project_link_id === row.projectLinkId)?.count ?? 0),
  }));
}

const storedReports = z.record(z.string(), storedReport);

interface ComparisonRow {
  readonly stream: string;
  readonly reconciled_at: Date | null;
  readonly comparison: unknown;
}

function streamsOf(
  lastReports: unknown,
  refusals: readonly Refusal[],
  comparisons: readonly ComparisonRow[],
): readonly StreamView[] {
  const reports = storedReports.parse(lastReports ?? {});
  const names = new Set([...Object.keys(reports), ...[...refusals, ...comparisons].map(({ stream }) => stream)]);
  return [...names].sort().map((name) => ({
    name,
    report: reports[name] ?? null,
    refused: refusals.find(({ stream }) => stream === name) ?? null,
    compared: comparedOf(comparisons.find(({ stream }) => stream === name)),
  }));
}

const comparedOf = (row: ComparisonRow | undefined): StreamView['compared'] =>
  row?.reconciled_at ? { ...comparison.parse(row.comparison), at: row.reconciled_at } : null;

/** Project links, newest first, at most `limit`, after a position; of one connection if given. */
export async function projectLinksPage(
  db: Db,
  page: { readonly limit: number; readonly after: ListPosition | undefined; readonly connectionId: string | undefined },
): Promise<readonly ProjectLinkView[]> {
  const { limit, after, connectionId } = page;
  let query = links(db);
  if (connectionId !== undefined) query = query.where('l.connection_id', '=', connectionId);
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(${microsOf(sql.ref('l.created_at'))}, l.project_link_id) < (${after.createdAtMicros}::bigint, ${after.id}::uuid)`,
    );
  }
  const rows = await query.orderBy('l.created_at', 'desc').orderBy('l.project_link_id', 'desc').limit(limit).execute();
  return withCounts(db, rows);
}

export async function projectLinkView(db: Db, projectLinkId: string): Promise<ProjectLinkView | undefined> {
  const rows = await links(db).where('l.project_link_id', '=', projectLinkId).execute();
  return (await withCounts(db, rows))[0];
}
