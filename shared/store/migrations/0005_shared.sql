-- What several tenants share, without telling one about another.

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
