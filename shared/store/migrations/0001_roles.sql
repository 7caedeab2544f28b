-- Roles are of the cluster, tables of the database (docs: facts of isolation in docs/security.md).
-- gw_owner owns tables and never serves; gw_serve has DML under row-level security; gw_router owns the definer functions that
-- resolve a tenant; gw_upkeep may only call them. Logins are made by provisioning and are members of one of these.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['gw_owner', 'gw_serve', 'gw_router', 'gw_upkeep'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this cluster is being migrated at the same moment
      END;
    END IF;
  END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO gw_serve, gw_router, gw_upkeep;

-- Puts a tenant table under the one policy. Without a tenant set it errors: no rows would read as absence.
CREATE FUNCTION protect_tenant_table(target regclass, tenant_column name DEFAULT 'tenant_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant_only ON %s TO gw_serve USING (%I = (SELECT current_setting(''gw.tenant'')::uuid)) WITH CHECK (%I = (SELECT current_setting(''gw.tenant'')::uuid))',
    target, tenant_column, tenant_column);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO gw_serve', target);
END
$$;
