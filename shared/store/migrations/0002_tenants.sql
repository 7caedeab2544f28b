-- Who is served: tenants, their keys, the people and machines that act for them, and what they did.

CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  partner text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('demo', 'production')),
  -- tenant key, wrapped under the root key; destroyed to erase the tenant
  wrapped_key bytea,
  root_key_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  erased_at timestamptz
);
SELECT protect_tenant_table('tenant');

CREATE TABLE api_key (
  tenant_id uuid NOT NULL REFERENCES tenant,
  api_key_id uuid NOT NULL,
  secret_hash bytea NOT NULL UNIQUE,
  scope text NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
  label text NOT NULL DEFAULT '',
  last_four text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, api_key_id)
);
SELECT protect_tenant_table('api_key');

-- Names of actors, erasable; everything else holds only the id.
CREATE TABLE actor (
  tenant_id uuid NOT NULL REFERENCES tenant,
  actor_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('api-key', 'person', 'support', 'system')),
  display_name text,
  PRIMARY KEY (tenant_id, actor_id)
);
SELECT protect_tenant_table('actor');

-- Append-only, hash-chained per tenant: who, what, when, why; field names, never values.
CREATE TABLE audit_entry (
  tenant_id uuid NOT NULL REFERENCES tenant,
  sequence bigint NOT NULL,
  at timestamptz NOT NULL,
  actor_id text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  why text,
  fields text[] NOT NULL DEFAULT '{}',
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
SELECT protect_tenant_table('audit_entry');
REVOKE UPDATE, DELETE ON audit_entry FROM gw_serve;

-- Head of the chain; its row is locked last before COMMIT.
CREATE TABLE audit_head (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  sequence bigint NOT NULL,
  hash bytea NOT NULL
);
SELECT protect_tenant_table('audit_head');

-- Answers of POSTs with an Idempotency-Key, kept three days.
CREATE TABLE idempotency_answer (
  tenant_id uuid NOT NULL REFERENCES tenant,
  key_hash bytea NOT NULL,
  request_hash bytea NOT NULL,
  status int,
  body jsonb,
  -- what its units of work did, by name, each with what it answered: they are not done again, whatever became of the answer
  effects jsonb NOT NULL DEFAULT '{}',
  restore_epoch text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, key_hash)
);
SELECT protect_tenant_table('idempotency_answer');

-- Facts of this installation, without a tenant: boot canary, mode, restore epoch.
CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  mode text NOT NULL CHECK (mode IN ('demo', 'production')),
  restore_epoch text NOT NULL,
  root_key_id text NOT NULL,
  canary bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON installation TO gw_serve;
