import { sql } from 'kysely';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';

/** One stream of one linked project. */
export interface StreamRef {
  readonly projectLinkId: string;
  readonly stream: string;
}

/**
 * A checkpoint stores how far a stream has durably come, and the epoch that fences its writers. The last to take the fence holds
 * it: its epoch is one higher, and every write carries its epoch. A fence does not expire. Two attempts of one cycle may overlap
 * (a Reset, a worker believed lost); the older then fails at its next write and changes nothing.
 */
export interface Fence extends StreamRef {
  readonly tenantId: string;
  readonly generation: number;
  /** Exact text of a 64-bit number. */
  readonly epoch: string;
}

/** The attempt may not write: another one took over, or the link was ended or paused meanwhile, or its project made inactive. */
export class FencedOut extends Error {
  override readonly name = 'FencedOut';
  readonly why: 'taken-over' | 'ended' | 'paused' | 'inactive';

  constructor(why: FencedOut['why']) {
    super(`this attempt may write no more: ${why}`);
    this.why = why;
  }
}

/** Reads how far a stream has come, and under which settings. Undefined if it never began. */
export async function readCheckpoint(
  db: Db,
  { projectLinkId, stream }: StreamRef,
): Promise<{ readonly cursor: unknown; readonly settingsHash: string | null } | undefined> {
  const row = await db
    .selectFrom('checkpoint')
    .select(['cursor', 'settings_hash'])
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return row && { cursor: row.cursor, settingsHash: row.settings_hash };
}

/** Takes the fence, whoever held it. Undefined if the link is ended, paused, of another generation, or its project inactive. */
export async function takeFence(
  db: Db,
  wanted: Omit<Fence, 'epoch'>,
): Promise<{ readonly fence: Fence; readonly cursor: unknown; readonly settingsHash: string | null } | undefined> {
  await db
    .insertInto('checkpoint')
    .values({ tenant_id: wanted.tenantId, project_link_id: wanted.projectLinkId, stream: wanted.stream })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .updateTable('checkpoint')
    .from('project_link')
    .set({ epoch: sql`checkpoint.epoch + 1` })
    .whereRef('project_link.project_link_id', '=', 'checkpoint.project_link_id')
    .where('checkpoint.project_link_id', '=', wanted.projectLinkId)
    .where('checkpoint.stream', '=', wanted.stream)
    .where('project_link.generation', '=', wanted.generation)
    .where('project_link.state', '=', 'active')
    .where('project_link.inactive_since', 'is', null)
    .returning(['checkpoint.epoch', 'checkpoint.cursor', 'checkpoint.settings_hash'])
    .executeTakeFirst();
  if (!row) return undefined;
  const { tenantId, projectLinkId, stream, generation } = wanted;
  const fence = { tenantId, projectLinkId, stream, generation, epoch: row.epoch };
  return { fence, cursor: row.cursor, settingsHash: row.settings_hash };
}

/** The first call in every transaction that writes: locks the checkpoint until the commit, or throws `FencedOut`. */
export async function holdFence(db: Db, fence: Fence): Promise<void> {
  const row = await db
    .selectFrom('checkpoint')
    .innerJoin('project_link', 'project_link.project_link_id', 'checkpoint.project_link_id')
    .select(['checkpoint.epoch', 'project_link.generation', 'project_link.state', 'project_link.inactive_since'])
    .where('checkpoint.project_link_id', '=', fence.projectLinkId)
    .where('checkpoint.stream', '=', fence.stream)
    .forUpdate('checkpoint')
    .executeTakeFirst();
  if (!row || row.state === 'unlinked' || row.generation !== fence.generation) throw new FencedOut('ended');
  if (row.epoch !== fence.epoch) throw new FencedOut('taken-over');
  if (row.state === 'paused') throw new FencedOut('paused');
  if (row.inactive_since !== null) throw new FencedOut('inactive');
}

/** Moves the checkpoint; call it in the transaction that made its page durable. */
export async function moveCursor(db: Db, { projectLinkId, stream }: StreamRef, cursor: unknown): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ cursor: jsonb(cursor), moved_at: sql<Date>`clock_timestamp()` })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where(sql<boolean>`cursor IS DISTINCT FROM ${jsonb(cursor)}`)
    .execute();
}

/** Resets the checkpoint to the beginning, under other settings; `kept` is what the stream keeps of its cursor. */
export async function beginAnew(
  db: Db,
  { projectLinkId, stream }: StreamRef,
  settingsHash: string,
  kept: unknown,
): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ cursor: kept === null ? null : jsonb(kept), settings_hash: settingsHash, moved_at: sql<Date>`clock_timestamp()` })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .execute();
}
