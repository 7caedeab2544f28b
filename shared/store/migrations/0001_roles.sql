-- Roles are of the cluster and stand before any migration runs (shared/store/roles.ts); tables are of the database and belong to
-- gw_owner, under whom every migration runs.
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
REVOKE EXECUTE ON FUNCTION protect_tenant_table FROM PUBLIC;
