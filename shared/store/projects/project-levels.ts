import { sql } from 'kysely';
import { z } from 'zod';
import type { FaultKind } from '../../domain/faults.ts';
import { type LevelsOfProject, toolLevel } from '../../domain/project-levels.ts';
import { storedReport } from '../../domain/workflow-inputs.ts';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';

/** The known levels of the sync user on a project that lists them. */
export interface KnownLevels extends LevelsOfProject {
  readonly readAt: Date;
  /** When the project was added to the list, or came back. */
  readonly since: Date;
}

const tools = z.array(toolLevel);

export async function knownLevels(db: Db, connectionId: string): Promise<readonly KnownLevels[]> {
  const rows = await db
    .selectFrom('project_level')
    .select(['procore_project_id', 'tools', 'read_at', 'since'])
    .where('connection_id', '=', connectionId)
    .execute();
  return rows.map((row) => ({
    projectId: row.procore_project_id,
    tools: tools.parse(row.tools),
    readAt: row.read_at,
    since: row.since,
  }));
}

/** Stores what was read at `at`; deletes the levels of projects that are not listed any more. */
export async function storeLevels(
  db: Db,
  tenantId: string,
  connectionId: string,
  seen: { readonly listed: readonly string[]; readonly read: readonly LevelsOfProject[]; readonly at: Date },
): Promise<void> {
  await db
    .deleteFrom('project_level')
    .where('connection_id', '=', connectionId)
    .where(sql<boolean>`procore_project_id <> ALL (${[...seen.listed]}::text[])`)
    .execute();
  if (seen.read.length === 0) return;
  await db
    .insertInto('project_level')
    .values(
      seen.read.map((one) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        procore_project_id: one.projectId,
        tools: jsonb(one.tools),
        read_at: seen.at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'procore_project_id']).doUpdateSet((row) => ({
        tools: row.ref('excluded.tools'),
        read_at: row.ref('excluded.read_at'),
      })),
    )
    .execute();
}

/** What the streams of a connection's links have learned of a project by their own calls. */
export interface CallsOnProject {
  readonly projectId: string;
  /** A whole stream is refused there, for a reason that levels, tools or membership may explain. */
  readonly refused: boolean;
  /** Streams whose writes were accepted, and when that was last seen. */
  readonly wrote: readonly { readonly stream: string; readonly at: Date }[];
}

const explainedByLevels: readonly FaultKind[] = ['permission-too-low', 'tool-disabled', 'project-not-permitted'];

const reports = z.record(z.string(), storedReport).nullable();

export async function callsOnProjects(db: Db, connectionId: string): Promise<readonly CallsOnProject[]> {
  const rows = await db
    .selectFrom('project_link as l')
    .select((select) => [
      'l.procore_project_id',
      'l.last_report',
      select
        .exists(
          select
            .selectFrom('attention_item as i')
            .select('i.attention_item_id')
            .whereRef('i.project_link_id', '=', 'l.project_link_id')
            .where('i.reason', 'in', explainedByLevels)
            .where(sql<boolean>`i.subject = 'stream:' || i.stream`)
            .where('i.resolved_at', 'is', null),
        )
        .as('refused'),
    ])
    .where('l.connection_id', '=', connectionId)
    .where('l.scope', '=', 'project')
    .where('l.state', '<>', 'unlinked')
    .execute();
  return rows.map((row) => ({
    projectId: row.procore_project_id,
    refused: Boolean(row.refused),
    wrote: Object.values(reports.parse(row.last_report) ?? {}).flatMap(({ stream, wroteAtMs }) =>
      wroteAtMs === undefined ? [] : [{ stream, at: new Date(wroteAtMs) }],
    ),
  }));
}
