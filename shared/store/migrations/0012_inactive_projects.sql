-- Since when care has seen that a linked project is inactive in Procore: its link waits, and nothing is read or written for it. Null: it
-- is active, or nothing else is known.
ALTER TABLE project_link ADD COLUMN inactive_since timestamptz;
