-- What several tenants share, without telling one about another.

-- A far side's own limits, learned from its headers, per principal and company. The key is a hash; nothing of a tenant is here.
CREATE TABLE rate_budget (
  budget_key text PRIMARY KEY,
  spike_limit int,
  spike_remaining int,
  spike_reset_at timestamptz,
  hour_limit int,
  hour_remaining int,
  hour_reset_at timestamptz,
  -- a 429 or 503 told us to stand still until then
  blocked_until timestamptz,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_budget TO gw_serve;

-- A stream written by a shared service account has one owner, a tenant. Reached only through own_stream().
CREATE TABLE stream_owner (
  environment text NOT NULL,
  procore_project_id text NOT NULL,
  stream text NOT NULL,
  author text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenant,
  owned_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (environment, procore_project_id, stream, author)
);
SELECT protect_tenant_table('stream_owner');
