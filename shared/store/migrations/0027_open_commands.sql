-- A check reads what nobody has applied yet of its connection: few of all that were ever decided.
CREATE INDEX command_open ON command (tenant_id, connection_id, sequence) WHERE applied_at IS NULL;
