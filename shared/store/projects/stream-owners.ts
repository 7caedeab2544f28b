import { sql } from 'kysely';
import type { PartnerName } from '../../domain/partners.ts';
import type { Db } from '../tenancy.ts';

/**
 * A stream of a Procore project as one author writes it. At most one tenant owns it at a time: what two tenants wrote with one
 * account could not be distinguished, and two that read the same project of a partner would write the same twice. A tenant owns
 * it while it has a link to the project that is not unlinked.
 */
export interface StreamOfAuthor {
  /** Which Procore, e.g. its login host. */
  readonly environment: string;
  readonly procoreProjectId: string;
  readonly stream: string;
  /** The service account that writes; or, where people write in their own names, the partner's project: `<partner>:<id>`. */
  readonly author: string;
}

/** The author of what people write in their own names between a partner's project and Procore. */
export const authorOfPeople = (partner: PartnerName, partnerProjectId: string): string => `${partner}:${partnerProjectId}`;

/**
 * Makes this transaction's tenant the owner, if the stream has none; no link can be unlinked until its end. `taken`: by another
 * tenant, which is not disclosed.
 */
export async function ownStream(db: Db, wanted: StreamOfAuthor): Promise<'ours' | 'taken' | 'not-linked'> {
  const { environment, procoreProjectId, stream, author } = wanted;
  const linked = await db
    .selectFrom('project_link')
    .select('project_link_id')
    .where('procore_project_id', '=', procoreProjectId)
    .where('state', '<>', 'unlinked')
    .orderBy('project_link_id')
    .forShare()
    .execute();
  if (linked.length === 0) return 'not-linked';
  const answer = await sql<{ ours: boolean }>`
    SELECT own_stream(${environment}, ${procoreProjectId}, ${stream}, ${author}) AS ours`.execute(db);
  return answer.rows[0]?.ours ? 'ours' : 'taken';
}

/** Whether this tenant could own all of them now: of each it is the owner, or nobody is. */
export async function mayOwnStreams(
  db: Db,
  { environment, procoreProjectId, author }: Omit<StreamOfAuthor, 'stream'>,
  streams: readonly string[],
): Promise<boolean> {
  const answer = await sql<{ taken: boolean }>`
    SELECT any_stream_taken(${environment}, ${procoreProjectId}, ${[...streams]}, ${author}) AS taken`.execute(db);
  return answer.rows[0]?.taken === false;
}

/** Releases the streams of a project, unless another link of the tenant still writes to it. The links must be locked already. */
export async function releaseStreams(db: Db, procoreProjectId: string): Promise<void> {
  await db
    .deleteFrom('stream_owner')
    .where('procore_project_id', '=', procoreProjectId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('project_link')
            .select('project_link_id')
            .where('procore_project_id', '=', procoreProjectId)
            .where('state', '<>', 'unlinked'),
        ),
      ),
    )
    .execute();
}
