import { endedStages } from '../connections/connections.ts';
import type { GrantState } from '../grants/grants.ts';
import type { SignIn } from '../grants/sign-ins.ts';
import type { Db } from '../tenancy.ts';
import { contractorSubject } from './authorizations.ts';

/** A connection that a person's new sign-in for something else has read again as well. */
export interface ReadAgain {
  readonly connectionId: string;
  /** Null while no project is connected. */
  readonly projectName: string | null;
}

/**
 * The other connections, not ended, that are read again with the authorization of this sign-in, oldest first: those whose owner
 * is the same person and whose authorization does not stand. Whoever took it back gives it again as the contractor alone: a
 * person who signs in to have their answers sent agrees to nothing else. The confirmation page and the worker both go by this.
 */
export async function readAgainBy(
  db: Db,
  { connectionId, subject, procoreUserId }: Pick<SignIn, 'connectionId' | 'subject' | 'procoreUserId'>,
): Promise<readonly ReadAgain[]> {
  const isContractor = subject === contractorSubject;
  const states: readonly GrantState[] = isContractor ? ['lapsed', 'revoked'] : ['lapsed'];
  return db
    .selectFrom('connection as c')
    .innerJoin('person_grant as g', (join) =>
      join.onRef('g.tenant_id', '=', 'c.tenant_id').onRef('g.grant_id', '=', 'c.owner_grant_id'),
    )
    .select(['c.connection_id as connectionId', 'c.bound_project_name as projectName'])
    .where('g.procore_user_id', '=', procoreUserId)
    .where('g.state', 'in', states)
    .where('c.stage', 'not in', [...endedStages])
    .$if(isContractor, (query) => query.where('c.connection_id', '<>', connectionId))
    .orderBy('c.created_at')
    .orderBy('c.connection_id')
    .execute();
}
