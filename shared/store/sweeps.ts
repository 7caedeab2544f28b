import { sql } from 'kysely';
import type { Db } from './tenancy.ts';

/** Sign-ins of workers are movement data: their facts are kept for this long at most (docs/security.md). */
const gatheredFactDays = 90;

/** Deletes gathered facts past their time; answers how many. A group that still waits to be mapped keeps its facts. The records made of them stand in Procore. */
export async function sweepGatheredFacts(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('gathered_fact')
    .where('gathered_at', '<', sql<Date>`clock_timestamp() - ${gatheredFactDays} * interval '1 day'`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('touched_group')
            .select('touched_group.group_key')
            .whereRef('touched_group.project_link_id', '=', 'gathered_fact.project_link_id')
            .whereRef('touched_group.stream', '=', 'gathered_fact.stream')
            .whereRef('touched_group.group_key', '=', 'gathered_fact.group_key'),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
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
