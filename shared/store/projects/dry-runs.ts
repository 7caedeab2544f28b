import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import {
  type DryRun,
  type DryRunPart,
  type ForeseenRecord,
  foreseenCounts,
  gatheredParts,
  wholeRefusal,
} from '../../domain/dry-run.ts';
import { jsonb } from '../json.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { linkScopes } from './project-links.ts';

/** The target of a dry run: a connection that is to go live, or one stream of one link. */
export interface DryRunOf {
  readonly connectionId: string;
  readonly link: { readonly projectLinkId: string; readonly stream: string } | null;
}

export interface BegunDryRun {
  readonly dryRunId: string;
  /** Parts stored already, each as `project|stream`. */
  readonly done: ReadonlySet<string>;
}

/** A dry run not ended within this time is begun again: its first parts are too old. */
const resumedFor = sql`interval '1 hour'`;

export const partKey = ({ procoreProjectId, stream }: Pick<DryRunPart, 'procoreProjectId' | 'stream'>): string =>
  `${procoreProjectId}|${stream}`;

const ofTarget = (db: Db, { connectionId, link }: DryRunOf) =>
  db
    .selectFrom('dry_run')
    .where('connection_id', '=', connectionId)
    .where('project_link_id', link ? '=' : 'is', link?.projectLinkId ?? null)
    .where('stream', link ? '=' : 'is', link?.stream ?? null);

/** Resumes the unended dry run on the same basis, or begins a new one; the last one that ended stays readable meanwhile. */
export async function beginDryRun(
  db: Db,
  tenantId: string,
  of: DryRunOf & { readonly basis: string; readonly at: Date },
): Promise<BegunDryRun> {
  const open = await ofTarget(db, of)
    .select(['dry_run_id', 'basis', sql<boolean>`begun_at > clock_timestamp() - ${resumedFor}`.as('fresh')])
    .where('ended_at', 'is', null)
    .execute();
  const found = open.find(({ basis, fresh }) => fresh && basis === of.basis);
  for (const { dry_run_id } of open)
    if (dry_run_id !== found?.dry_run_id) await db.deleteFrom('dry_run').where('dry_run_id', '=', dry_run_id).execute();
  if (found) {
    const parts = await dryRunParts(db, [found.dry_run_id]);
    return { dryRunId: found.dry_run_id, done: new Set(parts.map(partKey)) };
  }
  const dryRunId = randomUUID();
  await db
    .insertInto('dry_run')
    .values({
      tenant_id: tenantId,
      dry_run_id: dryRunId,
      connection_id: of.connectionId,
      project_link_id: of.link?.projectLinkId ?? null,
      stream: of.link?.stream ?? null,
      basis: of.basis,
      begun_at: of.at,
    })
    .execute();
  return { dryRunId, done: new Set() };
}

/** Records per statement. */
const chunk = 500;

/** Stores one part as a whole; a repeat replaces it. False if the dry run was dropped meanwhile. */
export async function storePart(
  db: Db,
  tenantId: string,
  dryRunId: string,
  part: DryRunPart,
  records: readonly ForeseenRecord[],
): Promise<boolean> {
  const { scope, procoreProjectId, name, stream, refused, ...counts } = part;
  // two workers on the same dry run take turns
  const locked = await db.selectFrom('dry_run').select('dry_run_id').where('dry_run_id', '=', dryRunId).forUpdate().execute();
  if (locked.length === 0) return false;
  await db
    .deleteFrom('dry_run_part')
    .where('dry_run_id', '=', dryRunId)
    .where('procore_project_id', '=', procoreProjectId)
    .where('stream', '=', stream)
    .execute();
  const key = { tenant_id: tenantId, dry_run_id: dryRunId, procore_project_id: procoreProjectId, stream };
  await db
    .insertInto('dry_run_part')
    .values({ ...key, scope, project_name: name, counts: jsonb(counts), refused: refused && jsonb(refused) })
    .execute();
  for (let from = 0; from < records.length; from += chunk) {
    await sql`
      INSERT INTO dry_run_record (tenant_id, dry_run_id, procore_project_id, stream,
        natural_key, label, does, held, why, reason, needed, where_to, fields)
      SELECT ${tenantId}::uuid, ${dryRunId}::uuid, ${procoreProjectId}, ${stream},
        "naturalKey", label, does, held, why, reason, needed, "where", fields
      FROM jsonb_to_recordset(${JSON.stringify(records.slice(from, from + chunk))}::jsonb) AS r
        ("naturalKey" text, label text, does text, held boolean, why text, reason text, needed text, "where" text, fields jsonb)`.execute(
      db,
    );
  }
  return true;
}

/** Ends one, and makes it the only one of its target. False if it is gone, because what it depended on was changed. */
export async function endDryRun(db: Db, of: DryRunOf, dryRunId: string): Promise<boolean> {
  const ended = await db
    .updateTable('dry_run')
    .set({ ended_at: sql<Date>`coalesce(ended_at, clock_timestamp())` })
    .where('dry_run_id', '=', dryRunId)
    .executeTakeFirst();
  if (ended.numUpdatedRows === 0n) return false;
  const former = await ofTarget(db, of).select('dry_run_id').where('dry_run_id', '<>', dryRunId).execute();
  for (const { dry_run_id } of former) await db.deleteFrom('dry_run').where('dry_run_id', '=', dry_run_id).execute();
  return true;
}

/** Deletes a connection's dry runs: what they depended on was changed. */
export async function dropDryRun(db: Db, connectionId: string): Promise<void> {
  await db.deleteFrom('dry_run').where('connection_id', '=', connectionId).where('project_link_id', 'is', null).execute();
}

/** The newest ended dry run of a connection that is to go live. */
export async function findDryRun(db: Db, connectionId: string): Promise<DryRun | undefined> {
  const [found] = await endedRuns(db, ofTarget(db, { connectionId, link: null }));
  return found;
}

/** The newest ended dry run of each stream of a link, by stream. */
export function linkDryRuns(db: Db, projectLinkId: string): Promise<readonly DryRun[]> {
  return endedRuns(db, db.selectFrom('dry_run').where('project_link_id', '=', projectLinkId));
}

async function endedRuns(db: Db, target: ReturnType<typeof ofTarget>): Promise<readonly DryRun[]> {
  const runs = await target
    .select(['dry_run_id', 'begun_at'])
    .where('ended_at', 'is not', null)
    .orderBy('stream')
    .orderBy('ended_at', 'desc')
    .execute();
  const parts = await dryRunParts(
    db,
    runs.map((run) => run.dry_run_id),
  );
  return runs.map(({ dry_run_id: dryRunId, begun_at }) => ({
    dryRunId,
    at: begun_at.toISOString(),
    ...gatheredParts(parts.flatMap(({ dryRunId: of, ...part }) => (of === dryRunId ? [part] : []))),
  }));
}

/** The stored parts of some dry runs, by project name. */
export async function dryRunParts(
  db: Db,
  dryRunIds: readonly string[],
): Promise<readonly (DryRunPart & { readonly dryRunId: string })[]> {
  if (dryRunIds.length === 0) return [];
  const rows = await db
    .selectFrom('dry_run_part')
    .selectAll()
    .where('dry_run_id', 'in', dryRunIds)
    .orderBy('project_name')
    .orderBy('procore_project_id')
    .orderBy('stream')
    .execute();
  return rows.map((row) => ({
    dryRunId: row.dry_run_id,
    procoreProjectId: row.procore_project_id,
    scope: wordOf(linkScopes, row.scope),
    name: row.project_name,
    stream: row.stream,
    refused: row.refused === null ? null : wholeRefusal.parse(row.refused),
    ...foreseenCounts.parse(row.counts),
  }));
}

/** Foreseen records are kept as long as written content (docs/security.md); the counts stay. */
const recordsKeptDays = 30;

/** Deletes the records of dry runs older than that; returns how many. */
export async function sweepForeseen(db: Db): Promise<number> {
  const gone = await sql`
    DELETE FROM dry_run_record r USING dry_run d
    WHERE d.tenant_id = r.tenant_id AND d.dry_run_id = r.dry_run_id
      AND d.begun_at < clock_timestamp() - ${recordsKeptDays} * interval '1 day'`.execute(db);
  return Number(gone.numAffectedRows ?? 0n);
}
