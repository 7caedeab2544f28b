-- Uploads that stand ready in Procore for an answer, by which no file is sent twice (docs/adr/0037). A row stands while its upload was
-- surely not used: it is deleted before a write names it, and comes back only where Procore refused that write for its author's sake.
CREATE TABLE kept_upload (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  natural_key text NOT NULL,
  -- hash of which file it is: name, type, content, place among the record's files
  file_key text NOT NULL,
  -- nobody else may use it
  procore_user_id text NOT NULL,
  upload_id text NOT NULL,
  -- since when its life in Procore is counted
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, project_link_id, stream, natural_key, file_key),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('kept_upload');
