-- An address belongs to a person (docs/adr/0038): where whoever invited says that the owner of a connection is written to, whom they
-- accepted and had not invited at an address of that person's. A row stands while its connection does, whoever owns it by then: who comes
-- back has theirs still.
CREATE TABLE owner_address (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  procore_user_id text NOT NULL,
  -- null: nobody has said where, and no mail goes to them
  sealed_address bytea,
  given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, connection_id, procore_user_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);

-- the forced policy stops the owner of the tables too (docs/security.md)
ALTER TABLE connection NO FORCE ROW LEVEL SECURITY;
INSERT INTO owner_address (tenant_id, connection_id, procore_user_id, sealed_address)
SELECT tenant_id, connection_id, owner_address_of, sealed_owner_address FROM connection WHERE owner_address_of IS NOT NULL;
ALTER TABLE connection FORCE ROW LEVEL SECURITY;
ALTER TABLE connection DROP COLUMN owner_address_of, DROP COLUMN sealed_owner_address;

SELECT protect_tenant_table('owner_address');
