-- Whom we ask for a consent that a setting waits for (docs/adr/0038).

-- One a connection and kind, of whoever owns the connection: asked → declined | agreed; ended where nobody waits for it any more. From
-- all of these it is asked anew, with another round, as shared/domain/consents.ts says.
CREATE TABLE consent_request (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reader', 'all-non-private')),
  -- the owner who is asked
  grant_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'declined', 'agreed', 'ended')),
  -- raised by asking anew: mails of an older one are not sent any more
  round int NOT NULL DEFAULT 1,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- when the mail server took the mail of this round, or in which words it refused the address
  sent_at timestamptz,
  bounce text,
  -- of this round that were queued
  reminders int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, connection_id, kind),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, grant_id) REFERENCES person_grant (tenant_id, grant_id)
);
SELECT protect_tenant_table('consent_request');
