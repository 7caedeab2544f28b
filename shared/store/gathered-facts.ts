import { sql } from 'kysely';
import type { Fence } from './checkpoints.ts';
import type { Db } from './tenancy.ts';

type FactValues = Readonly<Record<string, string | number | boolean | null>>;

/** A source fact as it is kept: its id and all ids of people are keyed pseudonyms by now. */
export interface GatheredFact {
  readonly sourceKey: string;
  readonly groupKey: string | null;
  readonly facts: FactValues;
  readonly modifiedAt: string | null;
}

/**
 * Takes in one page. Only facts that differ from what is kept are written, and only their groups, the old and the new one, are
 * touched; answers how many. A source id twice in one page counts by its last place.
 */
export async function gatherPage(db: Db, fence: Fence, page: readonly GatheredFact[]): Promise<number> {
  if (page.length === 0) return 0;
  const rows = [...new Map(page.map((fact) => [fact.sourceKey, fact])).values()].map((fact) => ({
    source_key: fact.sourceKey,
    group_key: fact.groupKey,
    facts: fact.facts,
    modified_at: fact.modifiedAt,
  }));
  const { tenantId, projectLinkId, stream } = fence;
  const { rows: counted } = await sql<{ changed: string }>`
    WITH page AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS p (source_key text, group_key text, facts jsonb, modified_at timestamptz)
    ), before AS (
      SELECT g.source_key, g.group_key FROM gathered_fact g
      WHERE g.project_link_id = ${projectLinkId} AND g.stream = ${stream} AND g.source_key IN (SELECT source_key FROM page)
    ), changed AS (
      INSERT INTO gathered_fact AS kept (tenant_id, project_link_id, stream, source_key, group_key, facts, modified_at)
      SELECT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, source_key, group_key, facts, modified_at FROM page
      ON CONFLICT (tenant_id, project_link_id, stream, source_key) DO UPDATE
        SET group_key = excluded.group_key, facts = excluded.facts, modified_at = excluded.modified_at, gathered_at = clock_timestamp()
        WHERE (kept.group_key, kept.facts) IS DISTINCT FROM (excluded.group_key, excluded.facts)
      RETURNING source_key, group_key
    ), touched AS (
      INSERT INTO touched_group (tenant_id, project_link_id, stream, group_key)
      SELECT DISTINCT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, group_key FROM (
        SELECT group_key FROM changed UNION SELECT before.group_key FROM before JOIN changed USING (source_key)
      ) AS either WHERE group_key IS NOT NULL
      ON CONFLICT (tenant_id, project_link_id, stream, group_key) DO UPDATE SET touched_at = clock_timestamp()
    )
    SELECT count(*) AS changed FROM changed`.execute(db);
  return Number(counted[0]?.changed ?? 0);
}

export interface TouchedGroup {
  readonly groupKey: string;
  /** Exact text of the moment: a group touched again later stays touched. */
  readonly touchedAt: string;
}

/** Touched groups in the order of their keys, after one of them. */
export async function touchedGroups(db: Db, fence: Fence, after: string, limit: number): Promise<readonly TouchedGroup[]> {
  const rows = await db
    .selectFrom('touched_group')
    .select(['group_key', sql<string>`touched_at::text`.as('touched')])
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where('group_key', '>', after)
    .orderBy('group_key')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ groupKey: row.group_key, touchedAt: row.touched }));
}

/** All facts of some groups, by group; a group without any is absent. */
export async function factsOfGroups(
  db: Db,
  fence: Fence,
  groupKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly FactValues[]>> {
  const groups = new Map<string, FactValues[]>();
  if (groupKeys.length === 0) return groups;
  const rows = await db
    .selectFrom('gathered_fact')
    .select(['group_key', sql<FactValues>`facts`.as('facts')])
    .where('project_link_id', '=', fence.projectLinkId)
    .where('stream', '=', fence.stream)
    .where('group_key', 'in', groupKeys)
    .orderBy('source_key')
    .execute();
  for (const { group_key, facts } of rows) {
    if (group_key === null) continue;
    const group = groups.get(group_key);
    if (group) group.push(facts);
    else groups.set(group_key, [facts]);
  }
  return groups;
}

/** Clears groups in the unit of work that stored what they led to; one touched again since it was read stays. */
export async function clearTouched(db: Db, fence: Fence, groups: readonly TouchedGroup[]): Promise<void> {
  if (groups.length === 0) return;
  await sql`
    DELETE FROM touched_group t
    USING jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) AS done ("groupKey" text, "touchedAt" timestamptz)
    WHERE t.project_link_id = ${fence.projectLinkId} AND t.stream = ${fence.stream}
      AND t.group_key = done."groupKey" AND t.touched_at = done."touchedAt"`.execute(db);
}
