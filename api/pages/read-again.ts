import { canonicalHash } from '../../shared/domain/canonical-json.ts';
import { listInvitations } from '../../shared/store/people/invitations.ts';
import { readAgainBy } from '../../shared/store/people/returning-owners.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { Visit } from './visits.ts';

/** The other connections that a person's yes has read again: they agree to exactly these. */
export interface AlsoRead {
  readonly connectionIds: readonly string[];
  readonly projectNames: readonly string[];
  /** Identifies the list; sent with the yes, which counts for no other. Empty if there are none. */
  readonly mark: string;
}

export async function readAlso(db: Db, { signIn }: Visit): Promise<AlsoRead> {
  const also = await readAgainBy(db, signIn);
  const projectNames: string[] = [];
  for (const { connectionId, projectName } of also)
    projectNames.push(projectName ?? (await listInvitations(db, connectionId))[0]?.projectName ?? 'a project not chosen yet');
  const connectionIds = also.map(({ connectionId }) => connectionId);
  return { connectionIds, projectNames, mark: also.length === 0 ? '' : canonicalHash(connectionIds) };
}
