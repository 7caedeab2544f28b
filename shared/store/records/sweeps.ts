import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import { personMark } from './gathered-facts.ts';

/** Workers' sign-ins are movement data: their facts are kept for this long at most (docs/security.md). */
const gatheredFactDays = 90;

/**
 * Groups with a fact past its retention. They are deleted whole: a group without some of its facts would make a wrong record. No
 * correction can come for them, since streams carry only the days of their window.
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
 * Deletes gathered facts past their retention; returns how many were deleted or anonymised ("worn"). A group that still waits to
 * be mapped keeps its facts, but worn: nobody can be identified by them. The records made of the others stay in Procore.
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

/** Key prefix of a worn fact; no pseudonym has it. */
const worn = 'worn:';

/** Replaces each person's pseudonym by their number within the group, and the source's by a random one. */
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

/** How long written content is kept after a delivery's end; then only ids and hashes are (docs/security.md). */
const deliveryPayloadDays = 30;

/** Erases values and names in deliveries that ended long ago; returns how many. Those that wait for a person keep them. */
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

/** How long the history of a grant's earlier versions, and sign-ins to view an account, are kept (docs/security.md). */
const grantHistoryDays = 90;

/**
 * Deletes the history of a grant's versions that are long past, and sign-ins made to view an account; returns how many rows.
 * Everything about the present version is kept.
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
