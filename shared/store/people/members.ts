import { type GrantState, grantStates } from '../grants/grants.ts';
import { wordOf } from '../rows.ts';
import type { Db } from '../tenancy.ts';

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
  readonly grantState: GrantState | null;
  readonly procoreUserId: string | null;
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
    .select(['a.grant_id', 'g.state as grant_state', 'g.procore_user_id'])
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
  procoreUserId: row.procore_user_id,
});
