-- What is being connected: connections, what they are opened with, the steps of their onboarding, what people decided.

CREATE TABLE connection (
  tenant_id uuid NOT NULL REFERENCES tenant,
  connection_id uuid NOT NULL,
  partner text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('company', 'project')),
  stage text NOT NULL DEFAULT 'onboarding' CHECK (stage IN ('onboarding', 'live', 'paused', 'disconnected', 'expired')),
  -- typed in by somebody: proves nothing
  claimed_company_id text,
  -- set once, by a proven binding only
  bound_company_id text,
  bound_project_id text,
  company_name text,
  bound_at timestamptz,
  bound_by text,
  -- the credential's own directory user in the company
  sync_user_id text,
  sync_user_name text,
  -- every identity we ever wrote as: what they made is ours
  sync_user_ids text[] NOT NULL DEFAULT '{}',
  modules text[] NOT NULL DEFAULT '{manpower}',
  project_choice jsonb,
  -- when it was chosen: what the admin's list held by then exists, what came later is future
  project_chosen_at timestamptz,
  partner_settings jsonb NOT NULL DEFAULT '{}',
  looked_at timestamptz,
  live_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, connection_id),
  CHECK ((project_choice IS NULL) = (project_chosen_at IS NULL))
);
-- one that has ended keeps its binding as history, and leaves the company to another
CREATE UNIQUE INDEX ON connection (tenant_id, partner, bound_company_id) WHERE stage NOT IN ('disconnected', 'expired');
SELECT protect_tenant_table('connection');

-- A service credential or a partner login. `sealed` is an envelope (boxed by the API, re-wrapped by the worker on first use).
-- in-force → superseded; on a live connection proposed → in-force | refused | superseded, refused → in-force | superseded.
CREATE TABLE credential (
  tenant_id uuid NOT NULL,
  credential_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('procore-service', 'partner-login')),
  -- of a service credential one of the kinds that shared/domain/credentials.ts lists; of a login: partner-login
  kind text NOT NULL CHECK ((kind = 'partner-login') = (purpose = 'partner-login')),
  -- what may be shown: {clientId} or {region, tenant, email}
  shown jsonb NOT NULL,
  -- by which people tell one client secret from another; of a person's password nothing is shown
  last_four text CHECK ((last_four IS NULL) = (purpose = 'partner-login')),
  sealed bytea NOT NULL,
  submitted_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state text NOT NULL CHECK (state IN ('in-force', 'proposed', 'refused', 'superseded')),
  state_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- why it was refused: {reason, on, seen, needed, where}
  refusal jsonb,
  PRIMARY KEY (tenant_id, credential_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  CHECK (state <> 'refused' OR refusal IS NOT NULL)
);
CREATE INDEX ON credential (tenant_id, connection_id, purpose, created_at DESC);
CREATE UNIQUE INDEX ON credential (tenant_id, connection_id, purpose) WHERE state = 'in-force';
CREATE UNIQUE INDEX ON credential (tenant_id, connection_id, purpose) WHERE state IN ('proposed', 'refused');
SELECT protect_tenant_table('credential');

-- A person's sign-in to Procore for one purpose. offered → started → returned (code sealed) → exchanged (token sealed, identity
-- known) → confirmed; refused may be started again; expired with its link. Sealed parts are wiped when it ends.
CREATE TABLE sign_in (
  tenant_id uuid NOT NULL,
  sign_in_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('prove-ownership', 'authorize-person')),
  state text NOT NULL CHECK (state IN ('offered', 'started', 'returned', 'exchanged', 'confirmed', 'refused', 'expired')),
  link_hash bytea NOT NULL UNIQUE,
  session_hash bytea UNIQUE,
  oauth_state_hash bytea UNIQUE,
  oauth_state_expires_at timestamptz,
  sealed_code bytea,
  returned_at timestamptz,
  -- a code is single use: claimed before it is sent, so that a lost answer is known as one
  code_claimed_at timestamptz,
  sealed_token bytea,
  token_expires_at timestamptz,
  procore_user_id text,
  procore_user_name text,
  procore_login text,
  -- what the checks saw with this person's token: company name, Directory level
  seen jsonb,
  refusal text,
  restore_epoch text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, sign_in_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
CREATE INDEX ON sign_in (tenant_id, connection_id, created_at DESC);
SELECT protect_tenant_table('sign_in');

-- What a signed-in admin had us set up in Procore in their name, task by task: each is one intended write.
-- asked → sending → done | refused | unknown; unknown → (looked up twice) → done | asked; asked anew by another yes.
CREATE TABLE set_up_task (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  task text NOT NULL,
  -- whose sign-in it is done with
  sign_in_id uuid NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'sending', 'unknown', 'done', 'refused')),
  -- who works on the tasks of the connection now: one at a time, by the database's clock
  attempt_id uuid,
  lease_until timestamptz,
  attempts int NOT NULL DEFAULT 0,
  look_ups int NOT NULL DEFAULT 0,
  next_look_at timestamptz,
  -- of a template: its id in Procore
  target_id text,
  -- {seen, needed, where}
  words jsonb,
  settled_at timestamptz,
  PRIMARY KEY (tenant_id, connection_id, task),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sign_in_id) REFERENCES sign_in (tenant_id, sign_in_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('set_up_task');

-- The admin's own list of projects, captured at sign-in and dated; each project with the day it was first listed.
CREATE TABLE admin_project_list (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  captured_at timestamptz NOT NULL,
  captured_by text NOT NULL,
  projects jsonb NOT NULL,
  -- on how many of the wanted ones the sync user was at the newest look, and when that number last grew (or was made to grow)
  on_projects int,
  grew_at timestamptz,
  PRIMARY KEY (tenant_id, connection_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('admin_project_list');

-- What the sync user may do on each project it is on, as Procore last said; a project that left its list has no row.
CREATE TABLE project_level (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  procore_project_id text NOT NULL,
  -- tools that are needed or advised: {tool, level, listed, off}
  tools jsonb NOT NULL,
  read_at timestamptz NOT NULL,
  -- when the project came into the list, or came back
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, connection_id, procore_project_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('project_level');

CREATE TABLE step (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  step_id text NOT NULL,
  position int NOT NULL,
  title text NOT NULL,
  owner text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'checking', 'waiting', 'stuck', 'done', 'skipped')),
  outcome jsonb,
  evidence jsonb,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  checked_at timestamptz,
  done_at timestamptz,
  done_by text,
  reminded_at timestamptz[] NOT NULL DEFAULT '{}',
  -- set by care when a done step regressed
  regressed_at timestamptz,
  -- raised when a decision changes what the step rests on: what was checked for an older one counts for nothing
  generation int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, connection_id, step_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  CHECK (state <> 'done' OR evidence IS NOT NULL)
);
SELECT protect_tenant_table('step');

-- Decisions of people, rows first, then delivered; a loop keeps a cursor of what it applied.
CREATE TABLE command (
  tenant_id uuid NOT NULL,
  command_id uuid NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  connection_id uuid NOT NULL,
  project_link_id uuid,
  kind text NOT NULL,
  input jsonb NOT NULL,
  actor_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  applied_at timestamptz,
  PRIMARY KEY (tenant_id, command_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
CREATE INDEX ON command (tenant_id, connection_id, sequence);
CREATE INDEX ON command (tenant_id, created_at) WHERE applied_at IS NULL;
-- wishes for a comparison: looked for by every cycle
CREATE INDEX ON command (tenant_id, project_link_id) WHERE kind = 'syncNow' AND input @> '{"reconcile": true}';
SELECT protect_tenant_table('command');

CREATE TABLE record_match (
  tenant_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('project', 'company', 'person')),
  partner_id text NOT NULL,
  partner_name text NOT NULL,
  -- of a project: the site's own zone (IANA), where the partner says one
  partner_time_zone text,
  procore_id text,
  procore_name text,
  -- of a project: Procore's own name of its zone, as the lists were last compared
  procore_time_zone text,
  basis text NOT NULL,
  score real NOT NULL,
  state text NOT NULL CHECK (state IN ('matched', 'doubtful', 'unmatched')),
  decided_by text,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, connection_id, kind, partner_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('record_match');

-- What going live, or the next cycle of one stream of a link, would do. Without a link: of the whole connection, while onboarding. One
-- that has not ended is taken up again by whoever finds its basis unchanged.
CREATE TABLE dry_run (
  tenant_id uuid NOT NULL,
  dry_run_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  project_link_id uuid,
  stream text,
  -- hash of all it rests on but the far sides
  basis text NOT NULL,
  begun_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, dry_run_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connection (tenant_id, connection_id) ON DELETE CASCADE,
  CHECK ((project_link_id IS NULL) = (stream IS NULL))
);
CREATE INDEX ON dry_run (tenant_id, connection_id, begun_at DESC);
SELECT protect_tenant_table('dry_run');

-- One stream of one project of it, whole: its row becomes durable together with its records.
CREATE TABLE dry_run_part (
  tenant_id uuid NOT NULL,
  dry_run_id uuid NOT NULL,
  procore_project_id text NOT NULL,
  stream text NOT NULL,
  -- company: what belongs to no project; its id and name are the company's then
  scope text NOT NULL CHECK (scope IN ('project', 'company')),
  project_name text NOT NULL,
  -- {create, update, leaveAlone, cannot, held}
  counts jsonb NOT NULL,
  -- why the stream would be refused as a whole: {reason, seen, needed, where}
  refused jsonb,
  PRIMARY KEY (tenant_id, dry_run_id, procore_project_id, stream),
  FOREIGN KEY (tenant_id, dry_run_id) REFERENCES dry_run (tenant_id, dry_run_id) ON DELETE CASCADE
);
SELECT protect_tenant_table('dry_run_part');

CREATE TABLE dry_run_record (
  tenant_id uuid NOT NULL,
  dry_run_id uuid NOT NULL,
  procore_project_id text NOT NULL,
  stream text NOT NULL,
  natural_key text NOT NULL,
  label text NOT NULL,
  does text NOT NULL CHECK (does IN ('create', 'update', 'leave-alone', 'cannot')),
  held boolean NOT NULL,
  why text NOT NULL,
  reason text,
  needed text,
  where_to text,
  fields jsonb,
  PRIMARY KEY (tenant_id, dry_run_id, procore_project_id, stream, natural_key),
  FOREIGN KEY (tenant_id, dry_run_id, procore_project_id, stream)
    REFERENCES dry_run_part (tenant_id, dry_run_id, procore_project_id, stream) ON DELETE CASCADE,
  CHECK ((does = 'cannot') = (reason IS NOT NULL))
);
SELECT protect_tenant_table('dry_run_record');
