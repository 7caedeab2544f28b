-- What is kept in step: project links, desired runs, checkpoints, gathered source facts, record links, deliveries, attention.

CREATE TABLE project_link (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- company: the one link of a connection for what concerns the company as a whole; its project ids are the company's and the tenant's
  scope text NOT NULL DEFAULT 'project' CHECK (scope IN ('project', 'company')),
  procore_project_id text NOT NULL,
  procore_project_name text NOT NULL,
  partner_project_id text NOT NULL,
  partner_project_name text NOT NULL,
  -- Procore's own zone name and the IANA zone it stands for
  procore_time_zone text,
  time_zone text,
  start_date date,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'unlinked')),
  generation int NOT NULL DEFAULT 1,
  basis text NOT NULL,
  -- by stream: which writes go out by themselves, {"manpower": {"create": false}}; all where nothing stands
  automation jsonb NOT NULL DEFAULT '{}',
  last_cycle_at timestamptz,
  next_cycle_at timestamptz,
  last_report jsonb,
  -- shown while a stated wait lasts ("waiting for Procore until 14:05")
  waiting_until timestamptz,
  waiting_why text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, project_link_id),
  UNIQUE (tenant_id, connection_id, procore_project_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ON project_link (tenant_id, connection_id) WHERE scope = 'company';
SELECT protect_tenant_table('project_link');

-- What should run in Temporal. `upkeep` makes it so; a run whose generation is older ends itself.
CREATE TABLE desired_run (
  tenant_id uuid NOT NULL REFERENCES tenant,
  workflow_id text NOT NULL,
  workflow_type text NOT NULL CHECK (workflow_type IN ('onboarding', 'care', 'projectSync')),
  subject_id uuid NOT NULL,
  partner text NOT NULL,
  generation int NOT NULL DEFAULT 1,
  wanted boolean NOT NULL,
  -- newest sign of life of the run, written by its first activity and by each cycle
  seen_generation int,
  seen_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, workflow_id)
);
SELECT protect_tenant_table('desired_run');

-- How far a stream has durably come, and the epoch that fences its writers: the newest attempt raises it, and every write names its own.
CREATE TABLE checkpoint (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  cursor jsonb,
  -- of the settings under which the groups were mapped; others map them all anew
  settings_hash text,
  epoch bigint NOT NULL DEFAULT 0,
  moved_at timestamptz,
  -- when it was last compared with the far side, when last row by row, and what the newest comparison found
  reconciled_at timestamptz,
  compared_whole_at timestamptz,
  comparison jsonb,
  PRIMARY KEY (tenant_id, project_link_id, stream),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('checkpoint');

-- Source facts that a stream gathers into target records (sign-ins → a day's entry). Ids are keyed pseudonyms; no names.
CREATE TABLE gathered_fact (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  source_key text NOT NULL,
  -- the target record it belongs to, e.g. 2026-11-12|<employer id>; null when it counts for none (visitor, deleted)
  group_key text,
  facts jsonb NOT NULL,
  modified_at timestamptz,
  gathered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, project_link_id, stream, source_key),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
CREATE INDEX ON gathered_fact (tenant_id, project_link_id, stream, group_key);
SELECT protect_tenant_table('gathered_fact');

-- Groups touched since they were last mapped: written with the page that touched them, cleared with the deliveries they led to.
CREATE TABLE touched_group (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  group_key text NOT NULL,
  touched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, project_link_id, stream, group_key),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('touched_group');

-- A record known on both sides (or on its way there): natural key, hash of the mapped record, the far side's id.
CREATE TABLE record_link (
  tenant_id uuid NOT NULL,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  natural_key text NOT NULL,
  -- hash of the mapped record in canonical form, mapping version inside
  wanted_hash text NOT NULL,
  version int NOT NULL DEFAULT 1,
  target_id text,
  -- our owned fields as last written and echoed; null until first settled
  written jsonb,
  written_hash text,
  written_at timestamptz,
  PRIMARY KEY (tenant_id, project_link_id, stream, natural_key),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
-- a far-side id is taken once
CREATE UNIQUE INDEX ON record_link (tenant_id, project_link_id, stream, target_id) WHERE target_id IS NOT NULL;
SELECT protect_tenant_table('record_link');

-- One intended write. queued → sending → done | refused | unknown; unknown → (looked up twice) → done | queued; superseded by a newer version.
CREATE TABLE delivery (
  tenant_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  project_link_id uuid NOT NULL,
  stream text NOT NULL,
  natural_key text NOT NULL,
  version int NOT NULL,
  action text NOT NULL CHECK (action IN ('create', 'update')),
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'done', 'refused', 'unknown', 'superseded')),
  attempt_id uuid,
  attempts int NOT NULL DEFAULT 0,
  -- held: automation is off, it waits for a person's push; pushed: a person sent it on its way
  release text NOT NULL DEFAULT 'automatic' CHECK (release IN ('automatic', 'held', 'pushed')),
  lease_until timestamptz,
  -- far-side ids seen before the newest create: they cannot be its record; null: never sent as a create
  candidates text[],
  look_ups int NOT NULL DEFAULT 0,
  next_look_at timestamptz,
  target_id text,
  fault jsonb,
  -- states it went through, with times: {state, at, why}
  trail jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  PRIMARY KEY (tenant_id, delivery_id),
  UNIQUE (tenant_id, project_link_id, stream, natural_key, version),
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
CREATE INDEX ON delivery (tenant_id, project_link_id, stream, sequence) WHERE state IN ('queued', 'sending', 'unknown');
-- per record one delivery is sending or unknown; later versions wait
CREATE UNIQUE INDEX ON delivery (tenant_id, project_link_id, stream, natural_key) WHERE state IN ('sending', 'unknown');
SELECT protect_tenant_table('delivery');

-- Something that waits for a person: one row per cause, with how many records it holds.
CREATE TABLE attention_item (
  tenant_id uuid NOT NULL,
  attention_item_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  project_link_id uuid,
  stream text,
  reason text NOT NULL,
  owner text NOT NULL,
  -- what it is about, e.g. employer:<id> or delivery:<natural key>
  subject text NOT NULL,
  seen text NOT NULL,
  needed text NOT NULL,
  where_to text NOT NULL,
  records int NOT NULL DEFAULT 1,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  resolved_at timestamptz,
  resolution text,
  PRIMARY KEY (tenant_id, attention_item_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_link_id) REFERENCES project_link (tenant_id, project_link_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ON attention_item (tenant_id, connection_id, coalesce(project_link_id, connection_id), coalesce(stream, ''), reason, subject)
  WHERE resolved_at IS NULL;
SELECT protect_tenant_table('attention_item');
