import type { Client } from 'pg';

/** Tables that belong to no tenant, and why. */
const shared: Readonly<Record<string, string>> = {
  grant_breaker: 'when authorizations lapsed, under hashes of whose they were',
  installation: 'facts of the installation: read-only for the serving role',
  rate_budget: 'limits of far sides under hashed keys',
  rate_sharer: 'who shares such a limit, under hashed keys',
  rate_window: 'limits of far sides under hashed keys',
};

/** Unique keys without the tenant, and why each tells nobody anything. */
const keysWithoutTenant: Readonly<Record<string, string>> = {
  'tenant.slug': 'slugs are given by the operator, who sees all of them',
  'api_key.secret_hash': 'a hash of 256 random bits',
  'authorization_request.account_hash': 'a hash of an HMAC of 256 bits',
  'authorization_request.link_hash': 'a hash of an HMAC of 256 bits',
  'invitation.link_hash': 'a hash of an HMAC of 256 bits',
  'sign_in.link_hash': 'a hash of 256 random bits',
  'sign_in.session_hash': 'a hash of 256 random bits',
  'sign_in.oauth_state_hash': 'a hash of 256 random bits',
  'stream_owner.environment,procore_project_id,stream,author': 'exclusive across tenants on purpose; made through own_stream()',
};

const tenantIsSet = "(tenant_id = ( SELECT (current_setting('gw.tenant'::text))::uuid AS current_setting))";

/** Policies beside the tenants' own. */
const routerPolicies: Readonly<Record<string, string>> = {
  'tenant router_finds': 'r using true check none',
  'api_key router_finds': 'r using true check none',
  'sign_in router_finds': 'r using true check none',
  'authorization_request router_finds': 'r using true check none',
  'invitation router_finds': 'r using true check none',
  'stream_owner router_finds': 'r using true check none',
  'stream_owner router_makes_owner': `a using none check ${tenantIsSet}`,
};

interface Table {
  readonly name: string;
  readonly owner: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly has_tenant: boolean;
}

/** Every way in which the catalogue lets one tenant at another's rows; empty when there is none. */
export async function isolationViolations(admin: Client): Promise<readonly string[]> {
  const found = await Promise.all([
    tableViolations(admin),
    policyViolations(admin),
    keyViolations(admin),
    foreignKeyViolations(admin),
  ]);
  return [...found.flat(), ...(await roleViolations(admin)), ...(await doorViolations(admin))];
}

async function readTables(admin: Client): Promise<readonly Table[]> {
  const answer = await admin.query<Table>(`
    SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS has_tenant
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname NOT LIKE 'kysely_%'`);
  return answer.rows;
}

async function tableViolations(admin: Client): Promise<string[]> {
  const tables = await readTables(admin);
  return tables.flatMap((table) => [
    ...(table.owner === 'gw_owner' ? [] : [`${table.name}: belongs to ${table.owner}`]),
    ...(table.has_tenant || table.name in shared ? [] : [`${table.name}: has no tenant_id and is not listed as shared`]),
    ...(!table.has_tenant || (table.enabled && table.forced) ? [] : [`${table.name}: row-level security is not forced`]),
  ]);
}

async function policyViolations(admin: Client): Promise<string[]> {
  const expected = `* to gw_serve using ${tenantIsSet} check ${tenantIsSet}`;
  const policies = await admin.query<{ name: string; table: string; is: string; roles: string }>(`
    SELECT polname AS name, polrelid::regclass::text AS table, array_to_string(polroles::regrole[], ',') AS roles,
      polcmd::text || ' using ' || coalesce(pg_get_expr(polqual, polrelid), 'none') || ' check ' || coalesce(pg_get_expr(polwithcheck, polrelid), 'none') AS is
    FROM pg_policy`);
  const protectedTables = new Set<string>();
  const wrong = policies.rows.flatMap(({ name, table, is, roles }) => {
    if (name === 'tenant_only') {
      protectedTables.add(table);
      return is.replace('using', `to ${roles} using`) === expected ? [] : [`${table}: its policy is ${is} for ${roles}`];
    }
    return roles === 'gw_router' && routerPolicies[`${table} ${name}`] === is
      ? []
      : [`${table}: unexpected policy ${name}: ${is}`];
  });
  const open = (await readTables(admin)).filter((table) => table.has_tenant && !protectedTables.has(table.name));
  return [...wrong, ...open.map((table) => `${table.name}: has no tenant policy`)];
}

async function keyViolations(admin: Client): Promise<string[]> {
  const keys = await admin.query<{ key: string }>(`
    SELECT i.indrelid::regclass::text || '.' || (SELECT string_agg(a.attname, ',' ORDER BY k.place)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS key
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id'
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND NOT t.attnum = ANY (i.indkey::int2[])`);
  return keys.rows.filter(({ key }) => !(key in keysWithoutTenant)).map(({ key }) => `${key}: a unique key without the tenant`);
}

async function foreignKeyViolations(admin: Client): Promise<string[]> {
  const keys = await admin.query<{ name: string }>(`
    SELECT f.conrelid::regclass || '.' || f.conname AS name FROM pg_constraint f
    JOIN pg_attribute own ON own.attrelid = f.conrelid AND own.attname = 'tenant_id'
    JOIN pg_attribute far ON far.attrelid = f.confrelid AND far.attname = 'tenant_id'
    WHERE f.contype = 'f' AND (array_position(f.conkey, own.attnum) IS NULL
      OR f.confkey[array_position(f.conkey, own.attnum)] IS DISTINCT FROM far.attnum)`);
  return keys.rows.map(({ name }) => `${name}: a foreign key without the tenant`);
}

async function roleViolations(admin: Client): Promise<string[]> {
  const roles = await admin.query<{ rolname: string; strong: boolean; owns: string | null; joins: string }>(`
    SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS strong,
      (SELECT string_agg(c.relname, ',') FROM pg_class c WHERE c.relowner = r.oid) AS owns,
      (SELECT coalesce(string_agg(m.roleid::regrole::text, ','), '') FROM pg_auth_members m WHERE m.member = r.oid) AS joins
    FROM pg_roles r WHERE rolname LIKE 'gw\\_%'`);
  const mayJoin: Readonly<Record<string, string>> = {
    gw_owner: 'gw_router',
    gw_serve_login: 'gw_serve',
    gw_upkeep_login: 'gw_upkeep',
    gw_migrate_login: 'gw_owner',
  };
  return roles.rows.flatMap(({ rolname, strong, owns, joins }) => [
    ...(strong ? [`${rolname}: has rights over the cluster`] : []),
    ...(owns && rolname !== 'gw_owner' ? [`${rolname}: owns ${owns}`] : []),
    ...(joins === (mayJoin[rolname] ?? '') ? [] : [`${rolname}: is a member of ${joins}`]),
  ]);
}

async function doorViolations(admin: Client): Promise<string[]> {
  const functions = await admin.query<{ name: string; owner: string; definer: boolean; path: string | null; open: boolean }>(`
    SELECT p.proname AS name, pg_get_userbyid(p.proowner) AS owner, p.prosecdef AS definer, array_to_string(p.proconfig, ';') AS path,
      p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0) AS open
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace`);
  return functions.rows.flatMap(({ name, owner, definer, path, open }) => [
    ...(open ? [`${name}(): anybody may call it`] : []),
    ...(definer && owner !== 'gw_router' ? [`${name}(): runs as ${owner}`] : []),
    ...(definer && path !== 'search_path=pg_catalog, pg_temp' ? [`${name}(): its search path is ${path}`] : []),
  ]);
}
