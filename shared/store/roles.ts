import type { Client } from 'pg';

/**
 * The roles of facts "who may do what in the database" (docs/security.md). `gw_owner` owns the tables and never serves;
 * `gw_serve` reads and writes under row-level security; `gw_router` owns the definer functions that find a tenant; `gw_upkeep`
 * may only call some of them. None can log in, is a superuser, or bypasses row-level security.
 */
export const groupRoles = ['gw_owner', 'gw_serve', 'gw_router', 'gw_upkeep'] as const;

/** Creates the roles of the cluster and gives the schema to `gw_owner`; idempotent. Needs a login that may create roles. */
export async function prepareRoles(admin: Client): Promise<void> {
  for (const role of groupRoles) await createRole(admin, role, 'NOLOGIN');
  // SET without INHERIT: the owner may give functions to the router, without having its rights
  await grantMembership(admin, 'gw_router', 'gw_owner', 'SET TRUE, INHERIT FALSE');
  await grantMembership(admin, 'gw_owner', 'CURRENT_USER', 'SET TRUE, INHERIT FALSE');
  await onceMore(() => admin.query('ALTER SCHEMA public OWNER TO gw_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC'));
}

/** Whether this login may create roles; otherwise an administrator must have created them. */
export async function mayCreateRoles(client: Client): Promise<boolean> {
  const answer = await client.query('SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)');
  return answer.rowCount === 1;
}

/** `options` are role attributes of our own writing, never input. */
export async function createRole(admin: Client, role: string, options: string): Promise<void> {
  const exists = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (exists.rowCount === 1) return;
  try {
    await admin.query(`CREATE ROLE ${admin.escapeIdentifier(role)} ${options} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE`);
  } catch (error) {
    // another database of this cluster is being prepared concurrently
    if (!hasCode(error, '42710') && !hasCode(error, '23505')) throw error;
  }
}

export async function grantMembership(admin: Client, group: string, member: string, options: string): Promise<void> {
  const name = member === 'CURRENT_USER' ? member : admin.escapeIdentifier(member);
  const isMember = await admin.query(
    `SELECT FROM pg_auth_members m WHERE m.roleid = $1::regrole AND m.member = ${member === 'CURRENT_USER' ? 'current_user' : '$2'}::regrole AND m.set_option`,
    member === 'CURRENT_USER' ? [group] : [group, member],
  );
  if (isMember.rowCount !== 0) return;
  await onceMore(() => admin.query(`GRANT ${admin.escapeIdentifier(group)} TO ${name} WITH ${options}`));
}

/** Roles are shared by all databases of a cluster: of two concurrent changes to one, the second fails and is retried. */
export async function onceMore(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 20 || !(hasCode(error, 'XX000') || hasCode(error, '23505'))) throw error;
    }
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
