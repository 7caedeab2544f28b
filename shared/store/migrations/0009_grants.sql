-- Persons' Procore authorizations. A refresh token is single use and dies on any attempt, so that the protocol below is followed to the
-- letter (docs/adr/0024).
--
-- Until a person has confirmed name and company their pair of tokens is pending in their sign_in, and revoked after 15 minutes. Then:
-- live(v) → refreshing(v) → live(v+1) | unsure(v) | lapsed(v); refreshing(v) → live(v) where nothing was sent; unsure(v) →
-- refreshing(v). From each of them → live(v+1) by a new pair of version v, however late it comes, or by a new sign-in of the same person;
-- and → revoked, which is final. The same as data: shared/store/grants.ts.

CREATE TABLE person_grant (
  tenant_id uuid NOT NULL REFERENCES tenant,
  grant_id uuid NOT NULL,
  procore_user_id text NOT NULL,
  procore_login text,
  procore_name text,
  state text NOT NULL CHECK (state IN ('live', 'refreshing', 'unsure', 'lapsed', 'revoked')),
  version int NOT NULL DEFAULT 1,
  -- access and refresh token of this version, sealed as one
  sealed_pair bytea,
  -- by this database's clock: when the pair was asked for, and when its access token ends
  access_issued_at timestamptz NOT NULL,
  access_expires_at timestamptz NOT NULL,
  -- who may send the refresh token now
  attempt_id uuid,
  lease_until timestamptz,
  -- with this version's token: outcomes that are unknown, and attempts since then that did not get as far
  unknowns int NOT NULL DEFAULT 0,
  not_sent int NOT NULL DEFAULT 0,
  next_try_at timestamptz,
  authorized_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- to the hour
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, grant_id),
  CHECK ((state = 'revoked') = (sealed_pair IS NULL)),
  CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK ((attempt_id IS NULL) = (lease_until IS NULL)),
  CHECK (state <> 'refreshing' OR attempt_id IS NOT NULL)
);
-- a person authorizes once, however many projects they answer on
CREATE UNIQUE INDEX ON person_grant (tenant_id, procore_user_id) WHERE state <> 'revoked';
SELECT protect_tenant_table('person_grant');

-- What became of each version, once: by which attempt (or sign-in) it came, and that it lapsed, with when its person was told.
CREATE TABLE grant_event (
  tenant_id uuid NOT NULL,
  grant_id uuid NOT NULL,
  version int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('authorized', 'refreshed', 'lapsed', 'revoked')),
  attempt_id uuid,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  told_at timestamptz,
  PRIMARY KEY (tenant_id, grant_id, version, kind),
  FOREIGN KEY (tenant_id, grant_id) REFERENCES person_grant (tenant_id, grant_id) ON DELETE CASCADE
);
CREATE INDEX ON grant_event (tenant_id, grant_id) WHERE kind = 'lapsed' AND told_at IS NULL;
SELECT protect_tenant_table('grant_event');

-- Pairs that nobody may use any more and that Procore has not been told of yet: of a revoked grant, before a new sign-in, or come too late.
CREATE TABLE grant_leftover (
  tenant_id uuid NOT NULL REFERENCES tenant,
  leftover_id uuid NOT NULL DEFAULT gen_random_uuid(),
  grant_id uuid NOT NULL,
  sealed_pair bytea NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries int NOT NULL DEFAULT 0,
  next_try_at timestamptz,
  PRIMARY KEY (tenant_id, leftover_id)
);
SELECT protect_tenant_table('grant_leftover');

-- The installation's circuit breaker, one row: nobody refreshes while it is open, but for one trial now and then. Nothing of a tenant is here.
CREATE TABLE grant_breaker (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- the last lapses, of any tenant
  lapses timestamptz[] NOT NULL DEFAULT '{}',
  open_since timestamptz,
  why text CHECK (why IN ('client-refused', 'many-lapses')),
  next_trial_at timestamptz,
  CHECK ((open_since IS NULL) = (why IS NULL) AND (open_since IS NULL) = (next_trial_at IS NULL))
);
INSERT INTO grant_breaker DEFAULT VALUES;
GRANT SELECT, UPDATE ON grant_breaker TO gw_serve;
