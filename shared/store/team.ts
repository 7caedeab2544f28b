import { sql } from 'kysely';
import { type MemberAccess, memberAccess } from '../domain/responders.ts';
import { type GrantState, grantStates } from './grants.ts';
import { wordOf } from './rows.ts';
import type { Db } from './tenancy.ts';

/** Somebody of the partner's side on a project, and whether they have authorized Procore. */
export interface StoredMember {
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  /** By which a person is the same on several projects. */
  readonly emailKey: string;
  readonly returns: boolean;
  readonly leftAt: Date | null;
  readonly grantId: string | null;
  readonly grantState: GrantState | null;
  readonly procoreUserId: string | null;
  readonly askedAt: Date | null;
  readonly authorizedAt: Date | null;
  /** Their own levels on the connected project, as last read, and when; null: not yet. */
  readonly access: MemberAccess | null;
  readonly accessReadAt: Date | null;
}

/** The team as the partner lists it now. Who is not listed any more has left; who comes back is here again. */
export async function storeTeam(
  db: Db,
  tenantId: string,
  connectionId: string,
  members: readonly Pick<StoredMember, 'memberId' | 'name' | 'email' | 'emailKey' | 'returns'>[],
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

/** By name; those who left among them. */
export async function listTeam(db: Db, connectionId: string): Promise<readonly StoredMember[]> {
  const rows = await db
    .selectFrom('team_member as m')
    .leftJoin('member_account as a', (join) =>
      join.onRef('a.tenant_id', '=', 'm.tenant_id').onRef('a.email_key', '=', 'm.email_key'),
    )
    .leftJoin('person_grant as g', (join) => join.onRef('g.tenant_id', '=', 'a.tenant_id').onRef('g.grant_id', '=', 'a.grant_id'))
    .select(['m.member_id', 'm.name', 'm.email', 'm.email_key', 'm.returns', 'm.left_at', 'm.access', 'm.access_read_at'])
    .select(['a.grant_id', 'a.asked_at', 'a.authorized_at', 'g.state', 'g.procore_user_id'])
    .where('m.connection_id', '=', connectionId)
    .orderBy('m.name')
    .orderBy('m.member_id')
    .execute();
  return rows.map((row) => ({
    memberId: row.member_id,
    name: row.name,
    email: row.email,
    emailKey: row.email_key,
    returns: row.returns,
    leftAt: row.left_at,
    grantId: row.grant_id,
    grantState: row.state === null ? null : wordOf(grantStates, row.state),
    procoreUserId: row.procore_user_id,
    askedAt: row.asked_at,
    authorizedAt: row.authorized_at,
    access: row.access === null ? null : memberAccess.parse(row.access),
    accessReadAt: row.access_read_at,
  }));
}

/** What a member may do in Procore, as read now. */
export async function storeAccess(db: Db, connectionId: string, memberId: string, access: MemberAccess): Promise<void> {
  await db
    .updateTable('team_member')
    .set({ access: JSON.stringify(access), access_read_at: sql<Date>`clock_timestamp()` })
    .where('connection_id', '=', connectionId)
    .where('member_id', '=', memberId)
    .execute();
}

/** The person was asked to authorize; the first asking counts. */
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

/** From now on this person's answers carry that authorization; what it may do is to be looked at. */
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
