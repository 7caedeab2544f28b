import { type Expression, sql } from 'kysely';
import { requestMachine } from '../../domain/authorization-requests.ts';
import { isOpen } from '../../domain/mailed-links.ts';
import { type MemberAccess, memberAccess } from '../../domain/responders.ts';
import type { Db } from '../tenancy.ts';
import { type Member, memberOf, membersOf } from './members.ts';

/** A member as listed in the team, and what they may do. */
export interface StoredMember extends Member {
  /** A link of theirs to authorize is open. */
  readonly isAsked: boolean;
  /** Their own levels on the connected project, as last read; null: not read yet. */
  readonly access: MemberAccess | null;
  readonly accessReadAt: Date | null;
}

/** Stores the team as the partner lists it. Members not listed are marked as left; those who come back are members again. */
export async function storeTeam(
  db: Db,
  tenantId: string,
  connectionId: string,
  members: readonly Pick<Member, 'memberId' | 'name' | 'email' | 'emailKey' | 'returns'>[],
): Promise<void> {
  const listed = members.map(({ memberId }) => memberId);
  await db
    .updateTable('team_member')
    .set({ left_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('left_at', 'is', null)
    .where((where) => where.not(where('member_id', '=', where.fn.any(where.val(listed)))))
    .execute();
  if (members.length === 0) return;
  await db
    .insertInto('team_member')
    .values(
      members.map(({ memberId, name, email, emailKey, returns }) => ({
        tenant_id: tenantId,
        connection_id: connectionId,
        member_id: memberId,
        name,
        email,
        email_key: emailKey,
        returns,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'member_id']).doUpdateSet((row) => ({
        name: row.ref('excluded.name'),
        email: row.ref('excluded.email'),
        email_key: row.ref('excluded.email_key'),
        returns: row.ref('excluded.returns'),
        left_at: null,
      })),
    )
    .execute();
}

/** Sorted by name, including those who left. */
export async function listTeam(db: Db, connectionId: string): Promise<readonly StoredMember[]> {
  const rows = await membersOf(db, connectionId)
    .leftJoin('authorization_request as r', (join) =>
      join.onRef('r.tenant_id', '=', 'm.tenant_id').on(sql<boolean>`r.subject = 'member:' || m.email_key`),
    )
    .select(['m.access', 'm.access_read_at', 'r.state as request_state'])
    .orderBy('m.name')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    ...memberOf(row),
    isAsked: isOpen(requestMachine, row.request_state),
    access: row.access === null ? null : memberAccess.parse(row.access),
    accessReadAt: row.access_read_at,
  }));
}

/** Stores what a member may do in Procore. */
export async function storeAccess(db: Db, connectionId: string, memberId: string, access: MemberAccess): Promise<void> {
  await db
    .updateTable('team_member')
    .set({ access: JSON.stringify(access), access_read_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('member_id', '=', memberId)
    .execute();
}

/**
 * Stores the authorization that this person's answers use, and resets their levels, which are to be read again. Keeps who they
 * were in Procore before, if that was somebody else.
 */
export async function noteAuthorized(db: Db, tenantId: string, emailKey: string, grantId: string): Promise<void> {
  await db.updateTable('team_member').set({ access: null, access_read_at: null }).where('email_key', '=', emailKey).execute();
  const authorized = { grant_id: grantId, authorized_at: sql<Date>`clock_timestamp()`, revoked_at: null };
  await db
    .insertInto('member_account')
    .values({ tenant_id: tenantId, email_key: emailKey, ...authorized })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'email_key'])
        .doUpdateSet({ ...authorized, former_user_id: formerOnceIn(grantId) })
        .where((where) =>
          where.or([
            where('member_account.grant_id', 'is distinct from', grantId),
            where('member_account.revoked_at', 'is not', null),
          ]),
        ),
    )
    .execute();
}

const userOf = (grantId: Expression<unknown>) => sql`(SELECT procore_user_id FROM person_grant WHERE grant_id = ${grantId})`;

/** Unchanged while the person stays the same one in Procore. */
const formerOnceIn = (grantId: string) => sql<string | null>`
  CASE WHEN ${userOf(sql.ref('member_account.grant_id'))} IS DISTINCT FROM ${userOf(sql.val(grantId))}
  THEN coalesce(${userOf(sql.ref('member_account.grant_id'))}, member_account.former_user_id)
  ELSE member_account.former_user_id END`;

/** Ends a member's use of their authorization, and of nobody else. Returns its id; undefined if they had none that stood. */
export async function endUse(db: Db, emailKey: string): Promise<string | undefined> {
  const row = await db
    .updateTable('member_account')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('email_key', '=', emailKey)
    .where('grant_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where((where) =>
      where.exists(
        where
          .selectFrom('person_grant as g')
          .select('g.grant_id')
          .whereRef('g.grant_id', '=', 'member_account.grant_id')
          .where('g.state', '<>', 'revoked'),
      ),
    )
    .returning('grant_id')
    .executeTakeFirst();
  return row?.grant_id ?? undefined;
}

/** The account that a member signed in with is not theirs: it says no more who they are, and they may sign in with another. */
export async function releaseAccount(db: Db, emailKey: string): Promise<void> {
  await db
    .updateTable('member_account')
    .set({ former_user_id: sql<string>`coalesce(${userOf(sql.ref('member_account.grant_id'))}, former_user_id)`, grant_id: null })
    .where('email_key', '=', emailKey)
    .where('grant_id', 'is not', null)
    .execute();
}
