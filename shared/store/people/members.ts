import { sql } from 'kysely';
import { type GrantState, grantStates } from '../grants/grants.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';
import { otherHolder } from './whose-account.ts';

/** A person of the partner's side on a project, and the authorization that they act with in Procore. */
export interface Member {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  /** Identifies a person across projects. */
  readonly emailKey: string;
  readonly returns: boolean;
  readonly leftAt: Date | null;
  readonly grantId: string | null;
  /** `revoked` also where the authorization ended for them alone. */
  readonly grantState: GrantState | null;
  /** Whoever manages the project ended it, not they themselves. */
  readonly isEndedForThem: boolean;
  readonly procoreUserId: string | null;
  /** The other member whose account they signed in with: nothing may be done with it in their name. Null: nobody's. */
  readonly accountOf: string | null;
}

/** The members of a connection, `m`, with their account, `a`, and its grant, `g`; a view selects further columns itself. */
export const membersOf = (db: Db, connectionId: string) =>
  db
    .selectFrom('team_member as m')
    .leftJoin('member_account as a', (join) =>
      join.onRef('a.tenant_id', '=', 'm.tenant_id').onRef('a.email_key', '=', 'm.email_key'),
    )
    .leftJoin('person_grant as g', (join) => join.onRef('g.tenant_id', '=', 'a.tenant_id').onRef('g.grant_id', '=', 'a.grant_id'))
    .select(['m.member_id', 'm.name', 'm.email', 'm.email_key', 'm.returns', 'm.left_at'])
    .select(['a.grant_id', 'a.revoked_at as ended_at_for_them', 'g.procore_user_id'])
    .select([
      sql<string | null>`CASE WHEN a.revoked_at IS NULL THEN g.state ELSE 'revoked' END`.as('grant_state'),
      otherHolder(sql.ref('m.email_key'), { user: sql.ref('g.procore_user_id'), login: sql.ref('g.procore_login') }).as(
        'account_of',
      ),
    ])
    .where('m.connection_id', '=', connectionId);

type MemberRow = Awaited<ReturnType<ReturnType<typeof membersOf>['executeTakeFirstOrThrow']>>;

/** A row of `membersOf`. */
export const memberOf = (row: MemberRow): Member => ({
  memberId: row.member_id,
  name: row.name,
  email: row.email,
  emailKey: row.email_key,
  returns: row.returns,
  leftAt: row.left_at,
  grantId: row.grant_id,
  grantState: row.grant_state === null ? null : wordOf(grantStates, row.grant_state),
  isEndedForThem: row.ended_at_for_them !== null,
  procoreUserId: row.procore_user_id,
  accountOf: row.account_of,
});
