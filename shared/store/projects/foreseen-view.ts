import { sql } from 'kysely';
import { recordFields } from '../../domain/deliveries.ts';
import { type ForeseenAct, type ForeseenRecord, foreseenActs } from '../../domain/dry-run.ts';
import { isFaultKind } from '../../domain/faults.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

/** A record's position in the list of its dry run. */
export type ForeseenPosition = readonly [procoreProjectId: string, stream: string, naturalKey: string];

export interface ForeseenView extends ForeseenRecord {
  readonly procoreProjectId: string;
  readonly stream: string;
}

/** Records of one dry run, by project and stream, at most `limit`, after a given one. */
export async function foreseenPage(
  db: Db,
  page: {
    readonly dryRunId: string;
    readonly procoreProjectId?: string | undefined;
    readonly stream?: string | undefined;
    readonly does?: ForeseenAct | undefined;
    readonly limit: number;
    readonly after: ForeseenPosition | undefined;
  },
): Promise<readonly ForeseenView[]> {
  let query = db.selectFrom('dry_run_record').selectAll().where('dry_run_id', '=', page.dryRunId);
  if (page.procoreProjectId !== undefined) query = query.where('procore_project_id', '=', page.procoreProjectId);
  if (page.stream !== undefined) query = query.where('stream', '=', page.stream);
  if (page.does !== undefined) query = query.where('does', '=', page.does);
  if (page.after) {
    const [project, stream, key] = page.after;
    query = query.where(sql<boolean>`(procore_project_id, stream, natural_key) > (${project}, ${stream}, ${key})`);
  }
  const rows = await query.orderBy('procore_project_id').orderBy('stream').orderBy('natural_key').limit(page.limit).execute();
  return rows.map((row) => ({
    procoreProjectId: row.procore_project_id,
    stream: row.stream,
    naturalKey: row.natural_key,
    label: row.label,
    does: wordOf(foreseenActs, row.does),
    held: row.held,
    why: row.why,
    reason: row.reason !== null && isFaultKind(row.reason) ? row.reason : null,
    needed: row.needed,
    where: row.where_to,
    fields: row.fields === null ? null : recordFields.parse(row.fields),
  }));
}
