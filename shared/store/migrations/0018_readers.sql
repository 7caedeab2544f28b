-- What people agree to on a page of ours beside their sign-in, and who reads a connection of people now (docs/adr/0035).

-- Stands until it is withdrawn, or the authorization that it was given with is revoked; a lapsed one only makes it wait.
CREATE TABLE consent (
  tenant_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- reader: the connection may be read as that person; all-non-private: all items that are not private may be carried
  kind text NOT NULL CHECK (kind IN ('reader', 'all-non-private')),
  grant_id uuid NOT NULL,
  -- exactly what the person was shown
  words text NOT NULL,
  agreed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  withdrawn_at timestamptz,
  -- actor id
  withdrawn_by text,
  -- of a reader: when Procore last refused what was read as them; others come before
  refused_at timestamptz,
  PRIMARY KEY (tenant_id, consent_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, grant_id) REFERENCES person_grant (tenant_id, grant_id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX ON consent (tenant_id, connection_id, kind, grant_id) WHERE withdrawn_at IS NULL;
SELECT protect_tenant_table('consent');

-- Whose turn it is: one row a connection that was ever read, written where something changes.
CREATE TABLE reading_turn (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- null: nobody may read it now, and it waits
  grant_id uuid,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- why it is not the owner's; null: it is
  why text CHECK (why IN ('grant-lapsed', 'no-access')),
  -- since when a new owner is asked for, and when somebody was told so
  owner_asked_at timestamptz,
  owner_told_at timestamptz,
  PRIMARY KEY (tenant_id, connection_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, grant_id) REFERENCES person_grant (tenant_id, grant_id),
  CHECK ((why IS NULL) = (owner_asked_at IS NULL)),
  CHECK (owner_told_at IS NULL OR owner_asked_at IS NOT NULL)
);
SELECT protect_tenant_table('reading_turn');
