-- A person is one actor, `procore:<login id>`; decisions on our pages were kept under `person:<login id>` before. The audit is
-- append-only: what it holds under the former id keeps it, and is named as the person is.
DO $$
DECLARE held record;
BEGIN
  FOR held IN
    SELECT * FROM (VALUES
      ('command', 'actor_id'), ('invitation', 'accepted_by'), ('consent', 'withdrawn_by'), ('sign_in', 'created_by'),
      ('set_up_task', 'asked_by'), ('response_mapping', 'decided_by'), ('record_match', 'decided_by')
    ) AS actors (name, "column")
  LOOP
    -- the forced policy stops the owner of the tables too (docs/security.md)
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', held.name);
    EXECUTE format($sql$UPDATE %1$I SET %2$I = 'procore:' || substr(%2$I, 8) WHERE %2$I LIKE 'person:%%'$sql$, held.name, held."column");
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', held.name);
  END LOOP;
END
$$;

ALTER TABLE actor NO FORCE ROW LEVEL SECURITY;
INSERT INTO actor (tenant_id, actor_id, kind, display_name)
SELECT tenant_id, 'person:' || substr(actor_id, 9), kind, display_name FROM actor WHERE actor_id LIKE 'procore:%'
ON CONFLICT DO NOTHING;
ALTER TABLE actor FORCE ROW LEVEL SECURITY;
