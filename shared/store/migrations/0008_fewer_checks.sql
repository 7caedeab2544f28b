-- A delivery comes with its record_link, in one statement and under the stream's fence (docs/adr/0023), and that row refers to the project
-- link. A check of its own for each delivery was a third of what one costs.
ALTER TABLE delivery DROP CONSTRAINT delivery_tenant_id_project_link_id_fkey;
