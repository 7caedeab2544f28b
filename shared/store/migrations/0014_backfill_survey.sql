-- What a project held when it was counted, before its contractor chose what of the past is brought over.
CREATE TABLE backfill_survey (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- as shared/domain/backfill.ts has it
  survey jsonb NOT NULL,
  -- of the rate budget against which it will be read
  budget_key text NOT NULL,
  counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, connection_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('backfill_survey');
