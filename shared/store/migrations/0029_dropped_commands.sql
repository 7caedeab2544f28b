-- A decision ends applied, or dropped: refused for good, superseded before it was applied, or its run is gone. Only an applied one is in force.
ALTER TABLE command
  ADD COLUMN dropped_at timestamptz,
  ADD CONSTRAINT command_ends_once CHECK (applied_at IS NULL OR dropped_at IS NULL);
DROP INDEX command_tenant_id_created_at_idx;
CREATE INDEX ON command (tenant_id, created_at) WHERE applied_at IS NULL AND dropped_at IS NULL;
