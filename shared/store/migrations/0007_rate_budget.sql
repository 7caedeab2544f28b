-- The limits that Procore's headers state, per principal and company, and who shares them (docs/adr/0016). All keys are hashes: nothing
-- of a tenant is here. The same rule stands a second time in test/support/rate-windows.ts and rate-sharers.ts, and a property test holds
-- the two together. Every function locks the budget's row first, so that all that happens to one budget happens one after the other.

-- The one clock of all processes. Tests and benchmarks put their own in its place.
CREATE FUNCTION rate_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';

CREATE TABLE rate_budget (
  budget_key text PRIMARY KEY,
  -- a 429 or 503 told us to stand still until then
  blocked_until timestamptz,
  -- until then somebody may wait who comes first
  contended_until timestamptz,
  -- to the hour
  asked_at timestamptz NOT NULL DEFAULT rate_clock()
);

CREATE TABLE rate_window (
  budget_key text NOT NULL REFERENCES rate_budget ON DELETE CASCADE,
  name text NOT NULL CHECK (name IN ('spike', 'hour')),
  length_ms int NOT NULL,
  -- null until the first answer has told
  call_limit int,
  remaining int NOT NULL,
  unproven int NOT NULL,
  reset_at timestamptz NOT NULL,
  -- answers to calls reserved before tell nothing of it
  opened_at timestamptz NOT NULL,
  -- an hour that no header has told of yet: kept by all but the most urgent lane, and by nobody in its last three minutes
  is_assumed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (budget_key, name)
);

CREATE TABLE rate_sharer (
  budget_key text NOT NULL REFERENCES rate_budget ON DELETE CASCADE,
  -- 1 = most urgent lane
  rank int NOT NULL,
  tenant_hash text NOT NULL,
  part_hash text NOT NULL,
  -- calls had lately, as of then
  level float8 NOT NULL,
  level_at timestamptz NOT NULL,
  -- was told to come back then
  due_at timestamptz,
  PRIMARY KEY (budget_key, rank, tenant_hash, part_hash)
) WITH (fillfactor = 70);

GRANT SELECT, INSERT, UPDATE, DELETE ON rate_budget, rate_window, rate_sharer TO gw_serve;

-- Milliseconds, as everywhere outside the database, so that both reckon alike to the last digit.
CREATE FUNCTION ms_between(earlier timestamptz, later timestamptz) RETURNS float8
LANGUAGE sql IMMUTABLE AS 'SELECT (extract(epoch FROM later - earlier) * 1000)::float8';

CREATE FUNCTION micros(at timestamptz) RETURNS float8
LANGUAGE sql IMMUTABLE AS 'SELECT (extract(epoch FROM at) * 1000000)::float8';

CREATE FUNCTION in_ms(at timestamptz, ms float8) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$ SELECT at + ms * interval '1 millisecond' $$;

-- Calls had lately: a third of them after five minutes. Never out of range, however long ago it was, or what the clock did.
CREATE FUNCTION faded(level float8, since timestamptz, at timestamptz) RETURNS float8
LANGUAGE sql IMMUTABLE AS 'SELECT level * exp(-least(greatest(date_part(''epoch'', at - since), 0) / 300, 100))';

-- Locks a budget, made where there is none.
CREATE FUNCTION lock_budget(key text) RETURNS rate_budget LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  b rate_budget;
  at timestamptz;
BEGIN
  -- a count that is lost with the server costs a refusal at worst: nobody waits for the disk
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT * INTO b FROM rate_budget WHERE budget_key = key FOR UPDATE;
  IF FOUND AND b.asked_at > rate_clock() - interval '1 hour' THEN
    RETURN b;
  END IF;
  at := rate_clock();
  INSERT INTO rate_budget (budget_key) VALUES (key) ON CONFLICT (budget_key) DO UPDATE SET asked_at = at RETURNING * INTO b;
  INSERT INTO rate_window VALUES (key, 'spike', 10000, NULL, 10, 0, in_ms(at, 12000), at) ON CONFLICT DO NOTHING;
  DELETE FROM rate_budget WHERE budget_key IN (
    SELECT o.budget_key FROM rate_budget o WHERE o.asked_at < at - interval '30 days' LIMIT 100 FOR UPDATE SKIP LOCKED);
  RETURN b;
END
$$;

-- What stands before one sharer: calls that others should make first now, and parts that wait and come first. A lane is neglected where
-- those above wait and leave it less than a twentieth of the calls; it then goes before them, and nothing is kept back from it.
CREATE FUNCTION queue_before(
  key text, my_rank int, my_tenant text, my_part text, at timestamptz,
  OUT ahead float8, OUT before float8, OUT is_neglected boolean
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  latest timestamptz := at - interval '2 seconds';
  soon timestamptz := at + interval '500 milliseconds';
BEGIN
  WITH sharer AS (
    SELECT s.rank, s.tenant_hash AS tenant, s.part_hash AS part, faded(s.level, s.level_at, at) AS level,
      (s.due_at > latest) IS TRUE AS waits, (s.due_at > latest AND s.due_at <= soon) IS TRUE AS is_due
    FROM rate_sharer s WHERE s.budget_key = key AND s.rank <= my_rank
  ), own AS (
    SELECT coalesce(sum(level), 0) AS tenant_level, coalesce(sum(level) FILTER (WHERE part = my_part), 0) AS part_level
    FROM sharer WHERE rank = my_rank AND tenant = my_tenant
  ), lane AS (
    SELECT bool_or(waits AND rank < my_rank) IS TRUE
      AND coalesce(sum(level) FILTER (WHERE rank = my_rank), 0) + 1 <= sum(level) / 20 AS is_neglected
    FROM sharer
  ), rival AS (
    SELECT own.tenant_level - sum(level) AS lead, bool_or(is_due) AS is_due, count(*) FILTER (WHERE waits) AS waiting
    FROM sharer CROSS JOIN own WHERE rank = my_rank AND tenant <> my_tenant GROUP BY tenant, own.tenant_level
    UNION ALL
    SELECT own.part_level - level, is_due, waits::int
    FROM sharer CROSS JOIN own WHERE rank = my_rank AND tenant = my_tenant AND part <> my_part
    UNION ALL
    SELECT 1, is_due, waits::int FROM sharer CROSS JOIN lane WHERE rank < my_rank AND NOT lane.is_neglected
  )
  SELECT coalesce(sum(lead) FILTER (WHERE is_due), 0), coalesce(sum(waiting), 0), (SELECT lane.is_neglected FROM lane)
  INTO ahead, before, is_neglected FROM rival WHERE lead > 1e-6;
END
$$;

-- A window whose reset has passed is open anew.
CREATE FUNCTION turned(w rate_window, at timestamptz) RETURNS rate_window LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  -- so many calls were allowed: nobody told otherwise
  w.call_limit := CASE WHEN w.is_assumed THEN greatest(w.call_limit, w.call_limit - w.remaining) ELSE w.call_limit END;
  w.unproven := CASE w.name WHEN 'spike' THEN greatest(coalesce(w.call_limit, 0) - 10, 0) ELSE 0 END;
  w.remaining := coalesce(w.call_limit, 10) - w.unproven;
  w.reset_at := in_ms(at, w.length_ms + 2000);
  w.opened_at := at;
  RETURN w;
END
$$;

-- How long a lane waits for a window (0: not at all), why, and which part of what it has yet to bring it does have.
CREATE TYPE rate_room AS (why text, wait_ms float8, open_share float8);

CREATE FUNCTION room_in(w rate_window, kept_back float8, ahead float8, before float8, at timestamptz)
RETURNS rate_room LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  room rate_room;
  left_ms float8 := ms_between(at, w.reset_at);
  per_ms float8 := coalesce(w.call_limit, 0)::float8 / w.length_ms;
  to_come float8 := per_ms * least(left_ms, w.length_ms);
  total int := w.remaining + w.unproven - (coalesce(w.call_limit, 0) >= 20)::int;
  unkept float8 := total - floor(kept_back * to_come);
  free float8 := least(w.remaining, unkept);
  at_most_ms float8 := CASE WHEN w.is_assumed THEN left_ms - 180000 ELSE left_ms END;
BEGIN
  room.open_share := CASE WHEN w.is_assumed AND total < 1 THEN 1e-9 WHEN least(w.remaining, total) < 1 THEN 0 WHEN to_come > 0 THEN least(1, total / to_come) ELSE 1 END;
  room.why := CASE WHEN free >= 1 THEN 'turn' ELSE w.name END;
  room.wait_ms := CASE
    WHEN free >= 1 + ahead - 1e-6 THEN 0
    WHEN free >= 1 THEN 1000
    WHEN w.call_limit IS NULL OR (w.unproven > 0 AND unkept >= 1) THEN floor(greatest(least(left_ms, 250), 50)) + 1
    WHEN total > before AND kept_back > 0
      THEN floor(greatest(least(left_ms - (total - before) / (kept_back * per_ms), at_most_ms), 50)) + 1
    ELSE floor(greatest(at_most_ms, 50)) + 1 END;
  RETURN room;
END
$$;

-- Takes one call for a sharer (wait_ms 0), or says how long to wait and why; lanes that keep back less than open_share need not.
CREATE FUNCTION reserve_call(
  key text, kept_back float8, my_rank int, my_tenant text, my_part text,
  OUT why text, OUT wait_ms float8, OUT open_share float8, OUT reserved_at float8
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  b rate_budget := lock_budget(key);
  at timestamptz := rate_clock();
  w rate_window;
  room rate_room;
  ahead float8 := 0;
  before float8 := 0;
  is_neglected boolean := false;
BEGIN
  reserved_at := micros(at);
  IF b.blocked_until > at THEN
    why := 'blocked';
    wait_ms := ceil(ms_between(at, b.blocked_until));
    open_share := 0;
  ELSE
    wait_ms := -1;
    IF b.contended_until > at THEN
      SELECT * INTO ahead, before, is_neglected FROM queue_before(key, my_rank, my_tenant, my_part, at);
    END IF;
    FOR w IN SELECT * FROM rate_window WHERE budget_key = key ORDER BY name DESC LOOP
      IF w.reset_at <= at THEN
        w := turned(w, at);
        UPDATE rate_window
        SET call_limit = w.call_limit, remaining = w.remaining, unproven = w.unproven, reset_at = w.reset_at, opened_at = w.opened_at
        WHERE budget_key = key AND name = w.name;
      END IF;
      CONTINUE WHEN w.is_assumed AND (my_rank = 1 OR ms_between(at, w.reset_at) < 180000);
      room := room_in(w, CASE WHEN is_neglected THEN 0 ELSE kept_back END, ahead, before, at);
      open_share := least(open_share, room.open_share);
      IF room.wait_ms > wait_ms THEN
        why := room.why;
        wait_ms := room.wait_ms;
      END IF;
    END LOOP;
  END IF;
  IF wait_ms = 0 THEN
    UPDATE rate_window SET remaining = remaining - 1 WHERE budget_key = key;
  ELSE
    UPDATE rate_budget SET contended_until = greatest(contended_until, in_ms(at, wait_ms + 2000)) WHERE budget_key = key;
  END IF;
  PERFORM note_sharer(key, my_rank, my_tenant, my_part, at, wait_ms);
END
$$;

-- A call that was had raises the sharer's level; one that was not makes it due later.
CREATE FUNCTION note_sharer(key text, my_rank int, my_tenant text, my_part text, at timestamptz, wait_ms float8)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  taken int := (wait_ms = 0)::int;
  due timestamptz := CASE WHEN wait_ms > 0 THEN in_ms(at, wait_ms) END;
BEGIN
  UPDATE rate_sharer
  SET level = faded(level, level_at, at) + taken, level_at = at, due_at = coalesce(due, due_at)
  WHERE budget_key = key AND rank = my_rank AND tenant_hash = my_tenant AND part_hash = my_part;
  IF NOT FOUND THEN
    DELETE FROM rate_sharer WHERE budget_key = key AND greatest(level_at, due_at) < at - interval '1 hour';
    INSERT INTO rate_sharer VALUES (key, my_rank, my_tenant, my_part, taken, at, due);
  END IF;
END
$$;

-- What the answer to a call said: how long to stand still (null: it did not), and where one window stands (null: it did not say).
CREATE FUNCTION learn_limits(
  key text, reserved_at float8, block_ms float8, window_name text, seen_limit int, seen_remaining int, reset_ms float8
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  b rate_budget := lock_budget(key);
  at timestamptz := rate_clock();
  -- in its last seconds an hour looks like a short window, but for its limit
  is_hour boolean := window_name = 'hour' OR (SELECT min(name) = 'hour' AND max(name) = 'hour'
    FROM rate_window WHERE budget_key = key AND call_limit = seen_limit AND NOT is_assumed);
  its_length_ms int := CASE WHEN is_hour THEN 3600000 ELSE 10000 END;
  under_way int;
BEGIN
  IF block_ms IS NOT NULL THEN
    UPDATE rate_budget
    SET blocked_until = least(greatest(b.blocked_until, in_ms(at, block_ms)), in_ms(at, 3602000))
    WHERE budget_key = key;
  END IF;
  -- of an hour heard of for the first time, the first calls of the short window may be under way, uncounted
  SELECT CASE WHEN is_hour THEN greatest(least(coalesce(call_limit, 10) - remaining - unproven, 10) - 1, 0) ELSE 0 END INTO under_way
  FROM rate_window WHERE budget_key = key AND name = 'spike';
  INSERT INTO rate_window AS w
  SELECT key, CASE WHEN is_hour THEN 'hour' ELSE 'spike' END, its_length_ms, seen_limit, seen_remaining - under_way, 0,
    in_ms(at, least(reset_ms, its_length_ms)), timestamptz 'epoch' + reserved_at * interval '1 microsecond'
  WHERE reset_ms > 0
  ON CONFLICT (budget_key, name) DO UPDATE SET
    call_limit = excluded.call_limit,
    unproven = 0,
    is_assumed = false,
    (remaining, reset_at, opened_at) = (
      SELECT CASE WHEN w.is_assumed THEN excluded.remaining WHEN is_next THEN seen_remaining
          ELSE least(seen_remaining, seen_limit + w.remaining + w.unproven - coalesce(w.call_limit, 10)) END,
        CASE WHEN w.is_assumed OR is_next THEN excluded.reset_at ELSE least(w.reset_at, excluded.reset_at) END,
        CASE WHEN w.is_assumed OR is_next THEN excluded.opened_at ELSE w.opened_at END
      FROM (SELECT w.reset_at <= at OR excluded.reset_at > in_ms(w.reset_at, w.length_ms / 2) AS is_next) AS told)
  WHERE w.is_assumed OR reserved_at >= micros(w.opened_at);
  -- headers tell of the hour only when little is left of it: until then the lowest that goes with such a short window is assumed
  INSERT INTO rate_window
  SELECT key, 'hour', 3600000, call_limit * 24, call_limit * 23 + remaining + unproven, 0, in_ms(at, 3600000), opened_at, true
  FROM rate_window WHERE budget_key = key AND name = 'spike' AND call_limit IS NOT NULL
  ON CONFLICT DO NOTHING;
  IF is_hour THEN
    -- that call was counted in the short window too, which has as many calls left, or more
    UPDATE rate_window SET
      remaining = CASE WHEN call_limit IS NULL THEN greatest(remaining, seen_remaining) ELSE remaining + unproven END,
      unproven = 0
    WHERE budget_key = key AND name = 'spike' AND reserved_at >= micros(opened_at);
  END IF;
END
$$;

DO $$
DECLARE each regprocedure;
BEGIN
  FOR each IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN ('rate_clock', 'ms_between', 'micros', 'in_ms', 'faded', 'lock_budget',
      'queue_before', 'turned', 'room_in', 'reserve_call', 'note_sharer', 'learn_limits')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', each);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO gw_serve', each);
  END LOOP;
END
$$;
