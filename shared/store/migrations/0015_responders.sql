-- Who is asked by mail to authorize Procore in their own name, and mails about that.

-- One for each person of a tenant, however many projects they answer on, and one for whoever owns a connection.
-- created → sent → opened → answered; bounced, expired, withdrawn as shared/domain/authorization-requests.ts says.
CREATE TABLE authorization_request (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid NOT NULL,
  -- as in sign_in.subject; the contractor of a connection goes with it
  subject text NOT NULL,
  connection_id uuid,
  state text NOT NULL CHECK (state IN ('created', 'sent', 'bounced', 'opened', 'answered', 'expired', 'withdrawn')),
  -- why this generation was mailed
  cause text NOT NULL CHECK (cause IN ('asked', 'lapsed', 'no-access', 'connected')),
  -- raised by asking again: the link of an older one is void
  generation int NOT NULL DEFAULT 1,
  link_hash bytea NOT NULL UNIQUE,
  -- of the link to the person's account page: it opens nothing without a sign-in to Procore, and lasts
  account_hash bytea NOT NULL UNIQUE,
  restore_epoch text NOT NULL,
  -- reminders of this generation that were queued, and when the person asked for no more of them
  reminders int NOT NULL DEFAULT 0,
  reminders_stopped_at timestamptz,
  -- the mail server's words, where the address was refused
  bounce text,
  -- the sign-in that was begun from the page: who confirms it has answered
  sign_in_id uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- of this generation
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz,
  opened_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, request_id),
  UNIQUE NULLS NOT DISTINCT (tenant_id, subject, connection_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sign_in_id) REFERENCES sign_in (tenant_id, sign_in_id) ON DELETE SET NULL (sign_in_id),
  CHECK ((subject = 'contractor') = (connection_id IS NOT NULL))
);
SELECT protect_tenant_table('authorization_request');

-- one outbox: a mail is about an invitation or about a request
ALTER TABLE mail ALTER COLUMN invitation_id DROP NOT NULL;
ALTER TABLE mail ADD COLUMN request_id uuid;
ALTER TABLE mail ADD FOREIGN KEY (tenant_id, request_id) REFERENCES authorization_request (tenant_id, request_id) ON DELETE CASCADE;
ALTER TABLE mail ADD CHECK (num_nonnulls(invitation_id, request_id) = 1);
CREATE INDEX ON mail (tenant_id, request_id) WHERE request_id IS NOT NULL;

-- what the person's levels on the tools they answer in were when last looked at; null: not yet
ALTER TABLE team_member ADD COLUMN access jsonb;
ALTER TABLE team_member ADD COLUMN access_read_at timestamptz;

-- whoever signs in to see their own account, and for nothing else
ALTER TABLE sign_in DROP CONSTRAINT sign_in_purpose_check;
ALTER TABLE sign_in ADD CONSTRAINT sign_in_purpose_check CHECK (purpose IN ('prove-ownership', 'authorize-person', 'see-account'));

GRANT CREATE ON SCHEMA public TO gw_router;
GRANT SELECT (tenant_id, request_id, link_hash, account_hash) ON authorization_request TO gw_router;
CREATE POLICY router_finds ON authorization_request FOR SELECT TO gw_router USING (true);

CREATE FUNCTION resolve_authorization_link(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.tenant_id, r.request_id FROM public.authorization_request r WHERE r.link_hash = wanted
$$;
CREATE FUNCTION resolve_account_link(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.tenant_id, r.request_id FROM public.authorization_request r WHERE r.account_hash = wanted
$$;
REVOKE EXECUTE ON FUNCTION resolve_authorization_link(bytea), resolve_account_link(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_authorization_link(bytea), resolve_account_link(bytea) TO gw_serve;
ALTER FUNCTION resolve_authorization_link(bytea) OWNER TO gw_router;
ALTER FUNCTION resolve_account_link(bytea) OWNER TO gw_router;
REVOKE CREATE ON SCHEMA public FROM gw_router;
