import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import { personMark } from './gathered-facts.ts';

/** Sign-ins of workers are movement data: what is kept of one is kept for this long at most (docs/security.md). */
const gatheredFactDays = 90;

/**
 * Groups with a fact past its time. They end whole: of a group that lost some of its facts a wrong record would be made. No correction
 * comes for them any more, since streams carry days of their window only.
 */
const oldGroups = sql`
  SELECT project_link_id, stream, group_key, EXISTS (
    SELECT FROM touched_group t
    WHERE t.project_link_id = g.project_link_id AND t.stream = g.stream AND t.group_key = g.group_key) AS waits
  FROM gathered_fact g
  WHERE group_key IS NOT NULL
  GROUP BY project_link_id, stream, group_key
  HAVING min(gathered_at) < clock_timestamp() - ${gatheredFactDays} * interval '1 day'`;

/**
 * Deletes gathered facts past their time; answers how many were deleted or worn. A group that still waits to be mapped keeps its facts,
 * but worn: nobody can be recognised in them any more. The records made of the others stand in Procore.
 */
export async function sweepGatheredFacts(db: Db): Promise<number> {
  const { rows } = await sql<{ gone: string }>`
    WITH old AS (${oldGroups}), gone AS (
      DELETE FROM gathered_fact g USING old
      WHERE NOT old.waits AND (g.project_link_id, g.stream, g.group_key) = (old.project_link_id, old.stream, old.group_key)
      RETURNING 1
    ), gone_alone AS (
      DELETE FROM gathered_fact
      WHERE group_key IS NULL AND gathered_at < clock_timestamp() - ${gatheredFactDays} * interval '1 day'
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM gone_alone) AS gone`.execute(db);
  return Number(rows[0]?.gone ?? 0) + (await wearWaitingFacts(db));
}

/** How the key of a worn fact begins; no pseudonym does. */
const worn = 'worn:';

/** In place of each person's pseudonym comes their number within the group, in place of the source's a random one. */
async function wearWaitingFacts(db: Db): Promise<number> {
  const changed = await sql`
    WITH old AS (${oldGroups}), waiting AS (
      SELECT g.project_link_id, g.stream, g.group_key, g.source_key, g.facts FROM gathered_fact g JOIN old USING (project_link_id, stream, group_key)
      WHERE old.waits AND NOT starts_with(g.source_key, ${worn})
    ), person AS (
      SELECT project_link_id, stream, source_key, value.key, ${personMark}::text || dense_rank() OVER (
        PARTITION BY project_link_id, stream, group_key, value.key ORDER BY value.value) AS number
      FROM waiting, jsonb_each_text(facts) AS value WHERE starts_with(value.value, ${personMark})
    ), people AS (
      SELECT project_link_id, stream, source_key, jsonb_object_agg(key, number) AS facts FROM person GROUP BY project_link_id, stream, source_key
    )
    UPDATE gathered_fact g SET source_key = ${worn}::text || gen_random_uuid(), facts = waiting.facts || coalesce(people.facts, '{}')
    FROM waiting LEFT JOIN people USING (project_link_id, stream, source_key)
    WHERE (g.project_link_id, g.stream, g.source_key) = (waiting.project_link_id, waiting.stream, waiting.source_key)`.execute(
    db,
  );
  return Number(changed.numAffectedRows ?? 0n);
}

/** What was written is kept for this long after it came to an end; then only ids and hashes are (docs/security.md). */
const deliveryPayloadDays = 30;

/**
 * Erases the values and names in deliveries that came to an end long ago; answers how many. What still waits for a person keeps them.
 */
export async function sweepDeliveryPayloads(db: Db): Promise<number> {
  const changed = await sql`
    UPDATE delivery SET
      payload = jsonb_build_object('naturalKey', natural_key, 'searchKey', payload ->> 'searchKey', 'fields', '{}'::jsonb,
        'address', '{}'::jsonb, 'empty', payload -> 'empty', 'hash', payload ->> 'hash', 'erased', true),
      fault = fault || '{"seen": "", "needed": "", "where": ""}'
    WHERE coalesce(settled_at, created_at) < clock_timestamp() - ${deliveryPayloadDays} * interval '1 day'
      AND NOT payload ? 'erased' AND next_look_at IS NULL
      AND (state IN ('done', 'superseded') OR (state = 'refused' AND version < (
        SELECT l.version FROM record_link l
        WHERE l.tenant_id = delivery.tenant_id AND l.project_link_id = delivery.project_link_id
          AND l.stream = delivery.stream AND l.natural_key = delivery.natural_key)))`.execute(db);
  return Number(changed.numAffectedRows ?? 0n);
}

/** What became of a grant's former versions, and of whoever looked at their account, is kept for this long (docs/security.md). */
const grantHistoryDays = 90;

/**
 * Deletes what is known of versions of a grant that are long past, and of sign-ins that were made to look at an account; answers how many.
 * Of the version that stands everything is kept.
 */
export async function sweepGrantHistory(db: Db): Promise<number> {
  const longAgo = sql<Date>`clock_timestamp() - ${grantHistoryDays} * interval '1 day'`;
  const events = await db
    .deleteFrom('grant_event')
    .where('at', '<', longAgo)
    .where(
      sql<boolean>`version < (SELECT g.version FROM person_grant g
        WHERE g.tenant_id = grant_event.tenant_id AND g.grant_id = grant_event.grant_id)`,
    )
    .executeTakeFirst();
  const looks = await db
    .deleteFrom('sign_in')
    .where('purpose', '=', 'see-account')
    .where('ended_at', '<', longAgo)
    .where('sealed_token', 'is', null)
    .executeTakeFirst();
  return Number(events.numDeletedRows + looks.numDeletedRows);
}
