-- Doors: functions that find the tenant before one is set. They belong to gw_router, run with its rights and a fixed search path,
-- and answer ids only. gw_router reads a few columns of a few tables, and nothing else.
GRANT CREATE ON SCHEMA public TO gw_router;

GRANT SELECT (tenant_id, slug, erased_at) ON tenant TO gw_router;
GRANT SELECT (tenant_id, api_key_id, secret_hash, revoked_at) ON api_key TO gw_router;
GRANT SELECT (tenant_id, sign_in_id, link_hash, session_hash, oauth_state_hash) ON sign_in TO gw_router;
GRANT SELECT, INSERT ON stream_owner TO gw_router;
CREATE POLICY router_finds ON tenant FOR SELECT TO gw_router USING (true);
CREATE POLICY router_finds ON api_key FOR SELECT TO gw_router USING (true);
CREATE POLICY router_finds ON sign_in FOR SELECT TO gw_router USING (true);
CREATE POLICY router_finds ON stream_owner FOR SELECT TO gw_router USING (true);
CREATE POLICY router_makes_owner ON stream_owner FOR INSERT TO gw_router WITH CHECK (tenant_id = (SELECT current_setting('gw.tenant')::uuid));
-- made by own_stream() only; giving one's own back stays under the tenant's policy
REVOKE INSERT, UPDATE ON stream_owner FROM gw_serve;

CREATE FUNCTION resolve_api_key(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.tenant_id, k.api_key_id FROM public.api_key k WHERE k.secret_hash = wanted AND k.revoked_at IS NULL
$$;

CREATE FUNCTION resolve_sign_in_link(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tenant_id, s.sign_in_id FROM public.sign_in s WHERE s.link_hash = wanted
$$;

CREATE FUNCTION resolve_sign_in_session(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tenant_id, s.sign_in_id FROM public.sign_in s WHERE s.session_hash = wanted
$$;

CREATE FUNCTION resolve_oauth_state(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.tenant_id, s.sign_in_id FROM public.sign_in s WHERE s.oauth_state_hash = wanted
$$;

-- for the commands of an operator, who names a tenant by its slug
CREATE FUNCTION resolve_tenant(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id FROM public.tenant t WHERE t.slug = wanted AND t.erased_at IS NULL
$$;

-- tenants in the order of their ids, so that upkeep goes round all of them page by page
CREATE FUNCTION tenants_due(how_many int, after_tenant uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id FROM public.tenant t
  WHERE t.erased_at IS NULL AND (after_tenant IS NULL OR t.tenant_id > after_tenant)
  ORDER BY t.tenant_id LIMIT least(how_many, 1000)
$$;

-- true: the tenant of this transaction is the owner, now or already; false: another one is, and which is not told
CREATE FUNCTION own_stream(in_environment text, in_project text, in_stream text, by_author text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asking uuid := current_setting('gw.tenant')::uuid;
BEGIN
  INSERT INTO public.stream_owner (environment, procore_project_id, stream, author, tenant_id)
  VALUES (in_environment, in_project, in_stream, by_author, asking)
  ON CONFLICT (environment, procore_project_id, stream, author) DO NOTHING;
  RETURN EXISTS (
    SELECT FROM public.stream_owner o
    WHERE o.environment = in_environment AND o.procore_project_id = in_project AND o.stream = in_stream AND o.author = by_author
      AND o.tenant_id = asking);
END
$$;

DO $$
DECLARE door record;
BEGIN
  FOR door IN
    SELECT * FROM (VALUES
      ('resolve_api_key(bytea)', 'gw_serve'),
      ('resolve_sign_in_link(bytea)', 'gw_serve'),
      ('resolve_sign_in_session(bytea)', 'gw_serve'),
      ('resolve_oauth_state(bytea)', 'gw_serve'),
      ('resolve_tenant(text)', 'gw_serve'),
      ('own_stream(text, text, text, text)', 'gw_serve'),
      ('tenants_due(int, uuid)', 'gw_upkeep')
    ) AS doors (signature, caller)
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', door.signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', door.signature, door.caller);
    EXECUTE format('ALTER FUNCTION %s OWNER TO gw_router', door.signature);
  END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM gw_router;
