-- A member's use of an authorization may end for them alone: it may serve another member too, or read a connection (docs/adr/0030).
ALTER TABLE member_account
  -- ended for this member, whatever becomes of the authorization
  ADD COLUMN revoked_at timestamptz,
  -- who they were in Procore before another account took its place, or was asked for
  ADD COLUMN former_user_id text,
  -- each asking is a generation of the person's authorization_request, which says when it began
  DROP COLUMN asked_at;
