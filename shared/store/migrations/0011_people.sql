-- Partners whose people sign in themselves: whom a connection is read as, what its contractor may choose, who authorized what.

-- of authorize-person: 'contractor', or 'member:' and the address the partner knows them by, folded
ALTER TABLE sign_in ADD COLUMN subject text;
ALTER TABLE sign_in ADD CHECK ((purpose = 'authorize-person') = (subject IS NOT NULL));

ALTER TABLE connection ADD COLUMN bound_project_name text;
-- as whom it is read
ALTER TABLE connection ADD COLUMN owner_grant_id uuid;
ALTER TABLE connection ADD FOREIGN KEY (tenant_id, owner_grant_id) REFERENCES person_grant (tenant_id, grant_id);
ALTER TABLE connection ADD CHECK (scope = 'project' OR bound_project_id IS NULL);

-- one connection a company, or a project, that has not ended
DROP INDEX connection_tenant_id_partner_bound_company_id_idx;
CREATE UNIQUE INDEX ON connection (tenant_id, partner, bound_company_id, coalesce(bound_project_id, ''))
  WHERE stage NOT IN ('disconnected', 'expired');

-- what of the past is brought over, where its contractor was asked
ALTER TABLE project_link ADD COLUMN backfill jsonb;

-- The contractor's own list in Procore, as last read with their authorization: what they may choose from.
CREATE TABLE offered_project (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  procore_project_id text NOT NULL,
  procore_company_id text NOT NULL,
  -- as shared/domain/contractors.ts has it, in the order of Procore's list
  position int NOT NULL,
  offer jsonb NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, procore_project_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('offered_project');

-- Who of the partner's side has authorized Procore: by the address the partner knows them by, once for all their projects.
CREATE TABLE member_account (
  tenant_id uuid NOT NULL REFERENCES tenant,
  email_key text NOT NULL,
  grant_id uuid,
  asked_at timestamptz,
  authorized_at timestamptz,
  PRIMARY KEY (tenant_id, email_key),
  FOREIGN KEY (tenant_id, grant_id) REFERENCES person_grant (tenant_id, grant_id)
);
SELECT protect_tenant_table('member_account');

-- The partner's people on the project, as last read there. One who left keeps a row for as long as the connection stands.
CREATE TABLE team_member (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  member_id text NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  returns boolean NOT NULL,
  left_at timestamptz,
  PRIMARY KEY (tenant_id, connection_id, member_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
CREATE INDEX ON team_member (tenant_id, email_key);
SELECT protect_tenant_table('team_member');

-- What each response that a project offers in Procore means at the partner. `new`: nobody has said; `none`: no answer is ever given by it.
CREATE TABLE response_mapping (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  procore_response_id text NOT NULL,
  procore_name text NOT NULL,
  -- what Procore counts it as, whatever its name; null where it says nothing
  considered text,
  state text NOT NULL CHECK (state IN ('mapped', 'none', 'new')),
  partner_name text,
  decided_by text,
  -- not offered any more
  gone_at timestamptz,
  PRIMARY KEY (tenant_id, connection_id, procore_response_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  CHECK ((state = 'mapped') = (partner_name IS NOT NULL))
);
SELECT protect_tenant_table('response_mapping');
