import { sql } from 'kysely';
import { type Comparison, comparison } from '../../domain/reconciling.ts';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';

/** When a stream was compared with the far side, and when somebody requested it; by the database's clock. */
export interface ReconcileStanding {
  readonly now: Date;
  /** Start of the newest comparison; if never compared, when the project was linked. */
  readonly comparedAt: Date;
  /** The same for the newest row-by-row comparison. */
  readonly comparedWholeAt: Date;
  readonly last: Comparison | null;
  /** The newest request for one. */
  readonly askedAt: Date | null;
  /** A request for one is not answered yet. */
  readonly isAwaited: boolean;
}

/** Undefined if there is no such stream. */
export async function reconcileStanding(db: Db, { projectLinkId, stream }: StreamRef): Promise<ReconcileStanding | undefined> {
  const row = await db
    .selectFrom('checkpoint as c')
    .innerJoin('project_link as l', 'l.project_link_id', 'c.project_link_id')
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom('command')
          .whereRef('command.project_link_id', '=', 'l.project_link_id')
          .where('command.kind', '=', 'syncNow')
          .where(sql<boolean>`command.input @> '{"reconcile": true}'`)
          .select([
            sql<Date | null>`max(created_at)`.as('asked_at'),
            sql<boolean>`bool_or(applied_at IS NULL AND dropped_at IS NULL)`.as('is_awaited'),
          ])
          .as('wish'),
      (join) => join.onTrue(),
    )
    .where('c.project_link_id', '=', projectLinkId)
    .where('c.stream', '=', stream)
    .select([
      sql<Date>`clock_timestamp()`.as('now'),
      sql<Date>`coalesce(c.reconciled_at, l.created_at)`.as('compared_at'),
      sql<Date>`coalesce(c.compared_whole_at, l.created_at)`.as('compared_whole_at'),
      'c.comparison',
      'wish.asked_at',
      'wish.is_awaited',
    ])
    .executeTakeFirst();
  return (
    row && {
      now: row.now,
      comparedAt: row.compared_at,
      comparedWholeAt: row.compared_whole_at,
      last: row.comparison === null ? null : comparison.parse(row.comparison),
      askedAt: row.asked_at,
      isAwaited: row.is_awaited ?? false,
    }
  );
}

/** Stores the result of a comparison that began at `began`. */
export async function noteCompared(db: Db, { projectLinkId, stream }: StreamRef, began: Date, found: Comparison): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ reconciled_at: began, comparison: jsonb(found), ...(found.by === 'rows' && { compared_whole_at: began }) })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .execute();
}

/**
 * Queues the newest version of some records again, as a new version, if it is done and nothing newer is wanted; returns the new
 * delivery ids. A person's decisions about the earlier version do not apply to it.
 */
export async function queueAgain(
  db: Db,
  { projectLinkId, stream }: Fence,
  naturalKeys: readonly string[],
): Promise<readonly string[]> {
  if (naturalKeys.length === 0) return [];
  const { rows } = await sql<{ delivery_id: string }>`
    WITH again AS (
      UPDATE record_link l SET version = l.version + 1
      FROM delivery d
      WHERE l.project_link_id = ${projectLinkId} AND l.stream = ${stream} AND l.natural_key = ANY(${[...naturalKeys]}::text[])
        AND l.target_id IS NOT NULL AND d.project_link_id = l.project_link_id AND d.stream = l.stream
        AND d.natural_key = l.natural_key AND d.version = l.version AND d.state = 'done'
      RETURNING l.tenant_id, l.project_link_id, l.stream, l.natural_key, l.version, d.payload
    )
    INSERT INTO delivery (tenant_id, delivery_id, project_link_id, stream, natural_key, version, action, payload, trail)
    SELECT tenant_id, gen_random_uuid(), project_link_id, stream, natural_key, version, 'update',
      payload - 'override' - 'addToProject', jsonb_build_array(jsonb_build_object('state', 'queued', 'at', clock_timestamp(),
        'why', 'compared: it does not stand there as it was written'))
    FROM again ORDER BY natural_key
    RETURNING delivery_id`.execute(db);
  return rows.map((row) => row.delivery_id);
}

/** How many of these deliveries are in that end state. */
export async function endedAs(db: Db, deliveryIds: readonly string[], state: 'done' | 'refused'): Promise<number> {
  if (deliveryIds.length === 0) return 0;
  const { ended } = await db
    .selectFrom('delivery')
    .select(sql<string>`count(*)`.as('ended'))
    .where('delivery_id', 'in', deliveryIds)
    .where('state', '=', state)
    .executeTakeFirstOrThrow();
  return Number(ended);
}
