import type { ClientBase } from 'pg';

/**
 * What every table holds, as one hash each; of one tenant's rows alone where it is named. Looked at by the superuser, past row-level
 * security: equal before and after means that nothing was stored, changed or removed.
 */
export async function contentsOf(admin: ClientBase, tenantId?: string): Promise<Contents> {
  return (await watchContents(admin, tenantId))();
}

/** A hash by table. */
export type Contents = Readonly<Record<string, string>>;

/** The same look, to be taken again and again. */
export async function watchContents(admin: ClientBase, tenantId?: string): Promise<() => Promise<Contents>> {
  const tables = await admin.query<{ name: string; owned: boolean }>(`
    SELECT relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS owned
    FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`);
  const hashes = tables.rows
    .filter(({ owned }) => owned || tenantId === undefined)
    .map(({ name }) => {
      const only = tenantId === undefined ? '' : ` WHERE tenant_id = ${admin.escapeLiteral(tenantId)}`;
      return `(SELECT count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM "${name}" t${only}) AS "${name}"`;
    });
  return async () => (await admin.query<Record<string, string>>(`SELECT ${hashes.join(', ')}`)).rows[0] ?? {};
}
