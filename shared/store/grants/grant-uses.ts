import { sql } from 'kysely';
import { requestMachine } from '../../domain/authorization-requests.ts';
import { consentOfOwner } from '../../domain/consents.ts';
import { statesBefore } from '../../domain/mailed-links.ts';
import { endedStages } from '../connections/connections.ts';
import type { Db } from '../tenancy.ts';
import { hasLeft } from './consents.ts';
import { revokeGrant } from './grant-pairs.ts';

/** What a grant is used for. */
export interface GrantUses {
  /** Members, by their folded addresses, who belong to a project whose connection has not ended. */
  readonly emailKeys: readonly string[];
  /** Connections that have not ended and are read with it, oldest first. */
  readonly connectionIds: readonly string[];
}

export async function servedBy(db: Db, grantId: string): Promise<GrantUses> {
  const members = await membersServed(db).select('a.email_key').distinct().where('a.grant_id', '=', grantId).execute();
  const owned = await connectionsServed(db)
    .select('connection_id')
    .where('owner_grant_id', '=', grantId)
    .orderBy('created_at')
    .orderBy('connection_id')
    .execute();
  return {
    emailKeys: members.map(({ email_key }) => email_key),
    connectionIds: owned.map(({ connection_id }) => connection_id),
  };
}

/** Whether it acts for a member, or reads a connection or waits to. */
export async function isServing(db: Db, grantId: string): Promise<boolean> {
  const { emailKeys, connectionIds } = await servedBy(db, grantId);
  if (emailKeys.length + connectionIds.length > 0) return true;
  const proposed = connectionsServed(db).select('connection_id').where('proposed_owner_grant_id', '=', grantId);
  return (await proposed.executeTakeFirst()) !== undefined;
}

/**
 * Ends unused authorizations, in the transaction that ended their use: revokes those of people who left every project and of
 * ended connections, unless a consent keeps them or their person waits to own a connection. Voids the links of members who left;
 * they are asked again if they come back. Returns how many authorizations ended.
 */
export async function endIdleAuthorizations(db: Db): Promise<number> {
  await db
    .updateTable('authorization_request')
    .set({ state: 'withdrawn', ended_at: sql<Date>`clock_timestamp()` })
    .where('state', 'in', [...statesBefore(requestMachine, 'withdrawn')])
    .where('connection_id', 'is', null)
    .where((where) =>
      where.not(
        where.exists(
          db
            .selectFrom('team_member as m')
            .innerJoin('connection as c', (join) =>
              join.onRef('c.tenant_id', '=', 'm.tenant_id').onRef('c.connection_id', '=', 'm.connection_id'),
            )
            .select('m.member_id')
            .where(sql<boolean>`authorization_request.subject = 'member:' || m.email_key`)
            .where('m.left_at', 'is', null)
            .where('c.stage', 'not in', [...endedStages]),
        ),
      ),
    )
    .execute();
  const idle = await db
    .selectFrom('person_grant as g')
    .select('g.grant_id')
    .where('g.state', '<>', 'revoked')
    .where((where) =>
      where.not(where('g.grant_id', 'in', membersServed(db).select('a.grant_id').where('a.grant_id', 'is not', null))),
    )
    .where((where) =>
      where.not(
        where('g.grant_id', 'in', connectionsServed(db).select('owner_grant_id').where('owner_grant_id', 'is not', null)),
      ),
    )
    .where((where) =>
      where.not(
        where(
          'g.grant_id',
          'in',
          connectionsServed(db).select('proposed_owner_grant_id').where('proposed_owner_grant_id', 'is not', null),
        ),
      ),
    )
    .where((where) => where.not(where('g.grant_id', 'in', consentsServed(db).select('k.grant_id'))))
    .execute();
  for (const { grant_id } of idle) await revokeGrant(db, grant_id);
  return idle.length;
}

const membersServed = (db: Db) =>
  db
    .selectFrom('member_account as a')
    .innerJoin('team_member as m', (join) =>
      join.onRef('m.tenant_id', '=', 'a.tenant_id').onRef('m.email_key', '=', 'a.email_key'),
    )
    .innerJoin('connection as c', (join) =>
      join.onRef('c.tenant_id', '=', 'm.tenant_id').onRef('c.connection_id', '=', 'm.connection_id'),
    )
    .where('a.revoked_at', 'is', null)
    .where('m.left_at', 'is', null)
    .where('c.stage', 'not in', [...endedStages]);

const connectionsServed = (db: Db) => db.selectFrom('connection').where('stage', 'not in', [...endedStages]);

/**
 * Consents that keep their person's authorization. Not the owner's: their authorization is kept while they own the connection,
 * and their consent is not in force after that.
 */
const consentsServed = (db: Db) =>
  db
    .selectFrom('consent as k')
    .innerJoin('connection as c', (join) =>
      join.onRef('c.tenant_id', '=', 'k.tenant_id').onRef('c.connection_id', '=', 'k.connection_id'),
    )
    .where('k.kind', '<>', consentOfOwner)
    .where('k.withdrawn_at', 'is', null)
    .where(hasLeft('k'), '=', false)
    .where('c.stage', 'not in', [...endedStages]);
