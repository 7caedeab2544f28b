import { Client } from 'pg';
import { createRole, grantMembership, onceMore, prepareRoles } from './roles.ts';

export const loginNames = { serve: 'gw_serve_login', upkeep: 'gw_upkeep_login', migrate: 'gw_migrate_login' } as const;

export type LoginKind = keyof typeof loginNames;

const groups = {
  serve: { group: 'gw_serve', options: 'INHERIT TRUE, SET TRUE' },
  upkeep: { group: 'gw_upkeep', options: 'INHERIT TRUE, SET TRUE' },
  migrate: { group: 'gw_owner', options: 'INHERIT FALSE, SET TRUE' },
} as const;

/**
 * Creates the three logins of an installation, or sets their passwords; idempotent. Returns a connection string per login, to the
 * database of `adminUrl`. None is a superuser or bypasses row-level security; `migrate` may only `SET ROLE gw_owner`.
 */
export async function prepareLogins(
  adminUrl: string,
  passwords: Readonly<Record<LoginKind, string>>,
): Promise<Record<LoginKind, string>> {
  const admin = new Client({ connectionString: adminUrl, application_name: 'groundwork-logins' });
  await admin.connect();
  try {
    await prepareRoles(admin);
    for (const kind of ['serve', 'upkeep', 'migrate'] as const) {
      const name = loginNames[kind];
      await createRole(admin, name, 'LOGIN');
      const setting = `ALTER ROLE ${admin.escapeIdentifier(name)} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD ${admin.escapeLiteral(passwords[kind])}`;
      await onceMore(() => admin.query(setting));
      await grantMembership(admin, groups[kind].group, name, groups[kind].options);
    }
  } finally {
    await admin.end();
  }
  const urlOf = (kind: LoginKind): string => {
    const url = new URL(adminUrl);
    url.username = loginNames[kind];
    url.password = encodeURIComponent(passwords[kind]);
    return url.href;
  };
  return { serve: urlOf('serve'), upkeep: urlOf('upkeep'), migrate: urlOf('migrate') };
}
