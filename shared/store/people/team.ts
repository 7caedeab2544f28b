import { sql } from 'kysely';
import { type MemberAccess, memberAccess } from '../../domain/responders.ts';
import type { Db } from '../tenancy.ts';
import { type Member, memberOf, membersOf } from './members.ts';

/** A member as listed in the team: when they were asked, and what they may do. */
export interface StoredMember extends Member {
  readonly askedAt: Date | null;
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
    .select(['m.access', 'm.access_read_at', 'a.asked_at'])
    .orderBy('m.name')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    ...memberOf(row),
    askedAt: row.asked_at,
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

/** Records that the person was asked to authorize; the first time counts. */
export async function noteAsked(db: Db, tenantId: string, emailKey: string): Promise<void> {
  await db
    .insertInto('member_account')
    .values({ tenant_id: tenantId, email_key: emailKey, asked_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'email_key'])
        .doUpdateSet({ asked_at: sql<Date>`coalesce(member_account.asked_at, clock_timestamp())` }),
    )
    .execute();
}

/** Stores the authorization that this person's answers use, and resets their levels, which are to be read again. */
export async function noteAuthorized(db: Db, tenantId: string, emailKey: string, grantId: string): Promise<void> {
  await db.updateTable('team_member').set({ access: null, access_read_at: null }).where('email_key', '=', emailKey).execute();
  const authorized = { grant_id: grantId, authorized_at: sql<Date>`clock_timestamp()` };
  await db
    .insertInto('member_account')
    .values({ tenant_id: tenantId, email_key: emailKey, ...authorized })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'email_key'])
        .doUpdateSet(authorized)
        .where('member_account.grant_id', 'is distinct from', grantId),
    )
    .execute();
}
