-- The breaker counts persons, not lapses: one person has a grant in each of several tenants, and may lose them again and again. Of a
-- person nothing is kept but a hash of their Procore user id, beside when they last lapsed: { hash: moment }. No longer used: `lapses`,
-- which the version before counts in while both run.
ALTER TABLE grant_breaker
  ADD COLUMN lapsed_persons jsonb NOT NULL DEFAULT '{}',
  -- what waited for it is woken since then, tenant by tenant
  ADD COLUMN closed_at timestamptz;
