import { sql } from 'kysely';
import type { Db } from './tenancy.ts';

/** A stream of a Procore project as one author writes it. */
export interface StreamOfAuthor {
  /** Which Procore, e.g. its login host. */
  readonly environment: string;
  readonly procoreProjectId: string;
  readonly stream: string;
  /** The account that writes: a service account shared by tenants is one author. */
  readonly author: string;
}

/** Claims a stream for this unit of work's tenant. `taken`: by another tenant; which one is not told. */
export async function claimStream(db: Db, wanted: StreamOfAuthor): Promise<'ours' | 'taken'> {
  const { environment, procoreProjectId, stream, author } = wanted;
  const answer = await sql<{ ours: boolean }>`
    SELECT claim_stream(${environment}, ${procoreProjectId}, ${stream}, ${author}) AS ours`.execute(db);
  return answer.rows[0]?.ours ? 'ours' : 'taken';
}

/** Gives back what a connection that ends had claimed, but for projects that another connection of the tenant still writes to. */
export async function releaseStreamsOf(db: Db, connectionId: string): Promise<void> {
  await sql`
    DELETE FROM stream_claim c
    WHERE EXISTS (
        SELECT FROM project_link own
        WHERE own.connection_id = ${connectionId} AND own.procore_project_id = c.procore_project_id)
      AND NOT EXISTS (
        SELECT FROM project_link other
        WHERE other.connection_id <> ${connectionId} AND other.procore_project_id = c.procore_project_id
          AND other.state <> 'unlinked')`.execute(db);
}

/**
 * Gives a claim back; one of another tenant stays untouched.
 *
 * @onlyTests
 */
export async function releaseStream(db: Db, held: StreamOfAuthor): Promise<void> {
  await db
    .deleteFrom('stream_claim')
    .where('environment', '=', held.environment)
    .where('procore_project_id', '=', held.procoreProjectId)
    .where('stream', '=', held.stream)
    .where('author', '=', held.author)
    .execute();
}
