import { sql } from 'kysely';
import { jsonb } from './json.ts';
import type { Db } from './tenancy.ts';

/**
 * A checkpoint holds how far a stream has durably come and the lease that fences its writer. Whoever takes the lease last holds it:
 * its epoch is one higher, and every write names its epoch. Two attempts of one cycle may overlap (a Reset, a worker believed
 * lost); the older then fails at its next write and changes nothing.
 */
export interface Lease {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly stream: string;
  readonly generation: number;
  /** Exact text of a 64-bit number. */
  readonly epoch: string;
}

/** The attempt lost its right to write: another one took over, or the link was ended or paused meanwhile. */
export class FencedOut extends Error {
  override readonly name = 'FencedOut';
  readonly why: 'taken-over' | 'ended' | 'paused';

  constructor(why: 'taken-over' | 'ended' | 'paused') {
    super(`this attempt may write no more: ${why}`);
    this.why = why;
  }
}

export interface LeaseWish {
  readonly tenantId: string;
  readonly projectLinkId: string;
  readonly stream: string;
  readonly generation: number;
  /** Names the attempt, for people who look. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** Takes the lease, whoever held it. Undefined: the link is ended, or of another generation. */
export async function takeLease(
  db: Db,
  wish: LeaseWish,
): Promise<{ readonly lease: Lease; readonly cursor: unknown; readonly settingsHash: string | null } | undefined> {
  await db
    .insertInto('checkpoint')
    .values({ tenant_id: wish.tenantId, project_link_id: wish.projectLinkId, stream: wish.stream })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .updateTable('checkpoint')
    .from('project_link')
    .set({
      lease_epoch: sql`checkpoint.lease_epoch + 1`,
      lease_holder: wish.holder,
      lease_until: sql<Date>`clock_timestamp() + ${wish.leaseMs} * interval '1 millisecond'`,
    })
    .whereRef('project_link.project_link_id', '=', 'checkpoint.project_link_id')
    .where('checkpoint.project_link_id', '=', wish.projectLinkId)
    .where('checkpoint.stream', '=', wish.stream)
    .where('project_link.generation', '=', wish.generation)
    .where('project_link.state', '=', 'active')
    .returning(['checkpoint.lease_epoch', 'checkpoint.cursor', 'checkpoint.settings_hash'])
    .executeTakeFirst();
  if (!row) return undefined;
  const { tenantId, projectLinkId, stream, generation } = wish;
  const lease = { tenantId, projectLinkId, stream, generation, epoch: row.lease_epoch };
  return { lease, cursor: row.cursor, settingsHash: row.settings_hash };
}

/** First in every unit of work that writes: locks the checkpoint until the commit, or throws `FencedOut`. */
export async function holdLease(db: Db, lease: Lease): Promise<void> {
  const row = await db
    .selectFrom('checkpoint')
    .innerJoin('project_link', 'project_link.project_link_id', 'checkpoint.project_link_id')
    .select(['checkpoint.lease_epoch', 'project_link.generation', 'project_link.state'])
    .where('checkpoint.project_link_id', '=', lease.projectLinkId)
    .where('checkpoint.stream', '=', lease.stream)
    .forUpdate('checkpoint')
    .executeTakeFirst();
  if (!row || row.state === 'unlinked' || row.generation !== lease.generation) throw new FencedOut('ended');
  if (row.lease_epoch !== lease.epoch) throw new FencedOut('taken-over');
  if (row.state === 'paused') throw new FencedOut('paused');
}

/** Moves the checkpoint; belongs in the unit of work that made its page durable. */
export async function moveCursor(db: Db, lease: Lease, cursor: unknown): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ cursor: jsonb(cursor), moved_at: sql<Date>`clock_timestamp()` })
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream)
    .where(sql<boolean>`cursor IS DISTINCT FROM ${jsonb(cursor)}`)
    .execute();
}

/** Puts the checkpoint back to the beginning, under other settings. */
export async function beginAnew(db: Db, lease: Lease, settingsHash: string): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ cursor: null, settings_hash: settingsHash, moved_at: sql<Date>`clock_timestamp()` })
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream)
    .execute();
}

/** Gives the lease back at the end of a cycle; of no effect where another attempt holds it. */
export async function dropLease(db: Db, lease: Lease): Promise<void> {
  await db
    .updateTable('checkpoint')
    .set({ lease_holder: null, lease_until: null })
    .where('project_link_id', '=', lease.projectLinkId)
    .where('stream', '=', lease.stream)
    .where('lease_epoch', '=', lease.epoch)
    .execute();
}
