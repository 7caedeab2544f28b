import { type Selectable, sql } from 'kysely';
import type { Database } from './database.d.ts';
import { jsonb } from './json.ts';
import type { Db } from './tenancy.ts';

/** A decision of a person or a key: first stored as a row, then delivered to a run, then applied. */
export interface Command {
  readonly commandId: string;
  /** Increases within the installation: the order in which people decided. Exact text of a 64-bit number. */
  readonly sequence: string;
  readonly connectionId: string;
  readonly projectLinkId: string | null;
  readonly kind: string;
  readonly input: unknown;
  readonly actorId: string;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
  readonly appliedAt: Date | null;
}

const fromRow = (row: Selectable<Database['command']>): Command => ({
  commandId: row.command_id,
  sequence: row.sequence,
  connectionId: row.connection_id,
  projectLinkId: row.project_link_id,
  kind: row.kind,
  input: row.input,
  actorId: row.actor_id,
  createdAt: row.created_at,
  deliveredAt: row.delivered_at,
  appliedAt: row.applied_at,
});

export interface NewCommand {
  readonly tenantId: string;
  readonly commandId: string;
  readonly connectionId: string;
  readonly projectLinkId?: string | undefined;
  readonly kind: string;
  /** Already parsed by the entry point it came through. */
  readonly input: unknown;
  readonly actorId: string;
}

/** Stores a decision; a newer pause or resume of a link supersedes older ones not applied yet. */
export async function writeCommand(db: Db, given: NewCommand): Promise<Command> {
  const row = await db
    .insertInto('command')
    .values({
      tenant_id: given.tenantId,
      command_id: given.commandId,
      connection_id: given.connectionId,
      project_link_id: given.projectLinkId ?? null,
      kind: given.kind,
      input: JSON.stringify(given.input),
      actor_id: given.actorId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const command = fromRow(row);
  if (opposed.has(given.kind) && given.projectLinkId !== undefined) await supersede(db, given.projectLinkId, command.sequence);
  return command;
}

/** Stores one unless the same already waits; for what several request at once. */
export async function writeOnce(db: Db, given: NewCommand): Promise<void> {
  const waiting = await db
    .selectFrom('command')
    .select('command_id')
    .where('connection_id', '=', given.connectionId)
    .where(sql<boolean>`project_link_id IS NOT DISTINCT FROM ${given.projectLinkId ?? null}`)
    .where('kind', '=', given.kind)
    .where(sql<boolean>`input = ${jsonb(given.input)}`)
    .where('applied_at', 'is', null)
    .executeTakeFirst();
  if (!waiting) await writeCommand(db, given);
}

/** The newest of these on a link wins: an older one, delivered late, would reverse it. */
const opposed: ReadonlySet<string> = new Set(['pause', 'resume']);

async function supersede(db: Db, projectLinkId: string, sequence: string): Promise<void> {
  await db
    .updateTable('command')
    .set({ applied_at: sql<Date>`clock_timestamp()` })
    .where('project_link_id', '=', projectLinkId)
    .where('kind', 'in', [...opposed])
    .where('applied_at', 'is', null)
    .where('sequence', '<', sequence)
    .execute();
}

/** The row, if it is of this connection. */
export async function findCommand(db: Db, connectionId: string, commandId: string): Promise<Command | undefined> {
  const row = await db
    .selectFrom('command')
    .selectAll()
    .where('command_id', '=', commandId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function markDelivered(db: Db, commandId: string): Promise<void> {
  await db
    .updateTable('command')
    .set({ delivered_at: sql<Date>`clock_timestamp()` })
    .where('command_id', '=', commandId)
    .execute();
}

/** Only once; returns whether this call did it. */
export async function markApplied(db: Db, commandId: string): Promise<boolean> {
  const changed = await db
    .updateTable('command')
    .set({ applied_at: sql<Date>`clock_timestamp()` })
    .where('command_id', '=', commandId)
    .where('applied_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Deletes a row that its run refused; one that was applied stays. */
export async function withdrawCommand(db: Db, commandId: string): Promise<void> {
  await db.deleteFrom('command').where('command_id', '=', commandId).where('applied_at', 'is', null).execute();
}

/** Commands after a cursor, oldest first; with a project link only that link's. */
export async function commandsAfter(
  db: Db,
  subject: { readonly connectionId: string; readonly projectLinkId?: string | undefined },
  cursor: string,
): Promise<readonly Command[]> {
  let query = db
    .selectFrom('command')
    .selectAll()
    .where('connection_id', '=', subject.connectionId)
    .where('sequence', '>', cursor);
  if (subject.projectLinkId !== undefined) query = query.where('project_link_id', '=', subject.projectLinkId);
  const rows = await query.orderBy('sequence').execute();
  return rows.map(fromRow);
}

/** Commands of a connection that nobody has applied yet, oldest first. */
export async function openCommands(db: Db, connectionId: string): Promise<readonly Command[]> {
  const rows = await db
    .selectFrom('command')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('applied_at', 'is', null)
    .orderBy('sequence')
    .execute();
  return rows.map(fromRow);
}

/** Decisions of a person or a key since a time, on any connection, oldest first. */
export async function commandsBy(db: Db, actorId: string, since: Date): Promise<readonly Command[]> {
  const rows = await db
    .selectFrom('command')
    .selectAll()
    .where('actor_id', '=', actorId)
    .where('created_at', '>=', since)
    .orderBy('sequence')
    .execute();
  return rows.map(fromRow);
}

/**
 * Commands not applied for at least `olderThanMs`, oldest first: to be delivered (again). Those of `system` at once: nobody else
 * delivers them.
 */
export async function unappliedCommands(db: Db, olderThanMs: number, limit: number): Promise<readonly Command[]> {
  const rows = await db
    .selectFrom('command')
    .selectAll()
    .where('applied_at', 'is', null)
    .where((where) =>
      where.or([
        where('created_at', '<', sql<Date>`clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`),
        where('actor_id', '=', 'system'),
      ]),
    )
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** The newest applied command of a kind: who decided, when, and its place in the order of all. */
export async function appliedDecision(
  db: Db,
  connectionId: string,
  kind: string,
): Promise<{ readonly by: string; readonly at: Date; readonly input: unknown; readonly sequence: string } | undefined> {
  const row = await db
    .selectFrom('command')
    .select(['actor_id', 'created_at', 'input', 'sequence'])
    .where('connection_id', '=', connectionId)
    .where('kind', '=', kind)
    .where('applied_at', 'is not', null)
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  return row && { by: row.actor_id, at: row.created_at, input: row.input, sequence: row.sequence };
}
