-- Who is invited by mail, and the mail that goes out.

-- An invitation to connect. created → sent → opened → accepted; bounced, expired, passed-on, superseded, withdrawn as
-- shared/domain/invitations.ts says. Addresses are sealed; of the invited one, what may be shown stands beside it.
CREATE TABLE invitation (
  tenant_id uuid NOT NULL,
  invitation_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- the first of a chain that was passed on from person to person: itself, where it was not
  root_id uuid NOT NULL,
  passed_on_from uuid,
  partner_project_id text NOT NULL,
  project_name text NOT NULL,
  inviter_name text NOT NULL,
  inviter_company text NOT NULL,
  invited_company text NOT NULL,
  -- bound to the root, so that whoever it is passed on to has the same inviter
  sealed_inviter bytea NOT NULL,
  sealed_invited bytea NOT NULL,
  invited_shown text NOT NULL,
  state text NOT NULL CHECK (state IN ('created', 'sent', 'bounced', 'opened', 'accepted', 'expired', 'superseded', 'passed-on', 'withdrawn')),
  -- raised by sending again: the link of an older one is void
  generation int NOT NULL DEFAULT 1,
  link_hash bytea NOT NULL UNIQUE,
  restore_epoch text NOT NULL,
  -- reminders of this generation that were queued, and when the person asked for no more of them
  reminders int NOT NULL DEFAULT 0,
  reminders_stopped_at timestamptz,
  -- the mail server's words, where the address was refused
  bounce text,
  -- the sign-in that was begun from the page: who confirms it has accepted
  sign_in_id uuid,
  accepted_by text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz,
  opened_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, invitation_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sign_in_id) REFERENCES sign_in (tenant_id, sign_in_id) ON DELETE SET NULL (sign_in_id)
);
CREATE INDEX ON invitation (tenant_id, connection_id, created_at DESC);
CREATE INDEX ON invitation (tenant_id, root_id);
SELECT protect_tenant_table('invitation');

-- Mail to be sent: at least once, each with a Message-ID of its business key. queued → sending → sent | bounced | held; an attempt that
-- ended unknown, or was refused for now, is queued again. Who it goes to and what it says is made at sending.
CREATE TABLE mail (
  tenant_id uuid NOT NULL,
  mail_id uuid NOT NULL,
  -- one mail per cause
  business_key text NOT NULL,
  kind text NOT NULL,
  invitation_id uuid NOT NULL,
  -- of the invitation: a mail of an older one is not sent any more
  generation int NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'bounced', 'held')),
  attempt_id uuid,
  lease_until timestamptz,
  attempts int NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- why it bounced or is held, or what the server said last
  words text,
  restore_epoch text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  PRIMARY KEY (tenant_id, mail_id),
  UNIQUE (tenant_id, business_key),
  FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, invitation_id) ON DELETE CASCADE,
  CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
  CHECK ((state IN ('sent', 'bounced', 'held')) = (settled_at IS NOT NULL))
);
CREATE INDEX ON mail (tenant_id, next_try_at) WHERE state IN ('queued', 'sending');
CREATE INDEX ON mail (tenant_id, invitation_id);
SELECT protect_tenant_table('mail');

GRANT CREATE ON SCHEMA public TO gw_router;
GRANT SELECT (tenant_id, invitation_id, link_hash) ON invitation TO gw_router;
CREATE POLICY router_finds ON invitation FOR SELECT TO gw_router USING (true);

CREATE FUNCTION resolve_invitation_link(wanted bytea) RETURNS TABLE (tenant_id uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.tenant_id, i.invitation_id FROM public.invitation i WHERE i.link_hash = wanted
$$;
REVOKE EXECUTE ON FUNCTION resolve_invitation_link(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_invitation_link(bytea) TO gw_serve;
ALTER FUNCTION resolve_invitation_link(bytea) OWNER TO gw_router;
REVOKE CREATE ON SCHEMA public FROM gw_router;
