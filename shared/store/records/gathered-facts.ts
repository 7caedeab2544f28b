import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import type { Fence, StreamRef } from './checkpoints.ts';

type FactValues = Readonly<Record<string, string | number | boolean | null>>;

/** Prefix of a person's pseudonym. The pseudonym is removed after some time; the person is still counted (`sweeps.ts`). */
export const personMark = '@';

/** A source fact as stored: its id and all ids of people are keyed pseudonyms; those of people carry the prefix. */
export interface GatheredFact {
  readonly sourceKey: string;
  readonly groupKey: string | null;
  readonly facts: FactValues;
  readonly modifiedAt: string | null;
}

/**
 * Stores one page. Writes only facts that differ from the stored ones, and touches only their groups, old and new; returns how
 * many facts changed. A fact without a group that was not known is not stored. If a source id occurs twice in a page, the last
 * one counts.
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
  const keys = rows.map((row) => row.source_key);
  const { rows: counted } = await sql<{ changed: string }>`
    WITH page AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS p (source_key text, group_key text, facts jsonb, modified_at timestamptz)
    ), before AS (
      SELECT g.source_key, g.group_key FROM gathered_fact g
      WHERE g.project_link_id = ${projectLinkId} AND g.stream = ${stream} AND g.source_key = ANY(${keys}::text[])
    ), changed AS (
      INSERT INTO gathered_fact AS kept (tenant_id, project_link_id, stream, source_key, group_key, facts, modified_at)
      SELECT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, source_key, group_key, facts, modified_at FROM page
      WHERE group_key IS NOT NULL OR source_key IN (SELECT source_key FROM before)
      ON CONFLICT (tenant_id, project_link_id, stream, source_key) DO UPDATE
        SET group_key = excluded.group_key, facts = excluded.facts, modified_at = excluded.modified_at
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
  /** Exact text of the time: a group touched again later stays touched. */
  readonly touchedAt: string;
}

/** Touched groups in key order, after the key `after`. */
export async function touchedGroups(db: Db, fence: StreamRef, after: string, limit: number): Promise<readonly TouchedGroup[]> {
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

/** The stored facts with these source keys; keys without one are absent. */
export async function keptFacts(db: Db, of: StreamRef, sourceKeys: readonly string[]): Promise<readonly KeptFact[]> {
  return sourceKeys.length === 0 ? [] : keptWhere(db, of, 'source_key', sourceKeys);
}

/** The stored facts of these groups, in the order of source keys. */
export async function keptInGroups(db: Db, of: StreamRef, groupKeys: readonly string[]): Promise<readonly KeptFact[]> {
  return groupKeys.length === 0 ? [] : keptWhere(db, of, 'group_key', groupKeys);
}

export type KeptFact = Pick<GatheredFact, 'sourceKey' | 'groupKey' | 'facts'>;

async function keptWhere(
  db: Db,
  of: StreamRef,
  column: 'source_key' | 'group_key',
  keys: readonly string[],
): Promise<readonly KeptFact[]> {
  const rows = await db
    .selectFrom('gathered_fact')
    .select(['source_key', 'group_key', sql<FactValues>`facts`.as('facts')])
    .where('project_link_id', '=', of.projectLinkId)
    .where('stream', '=', of.stream)
    .where(column, 'in', keys)
    .orderBy('source_key')
    .execute();
  return rows.map((row) => ({ sourceKey: row.source_key, groupKey: row.group_key, facts: row.facts }));
}

/** Every group that has facts. */
export async function keptGroups(db: Db, of: StreamRef): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('gathered_fact')
    .select('group_key')
    .distinct()
    .where('project_link_id', '=', of.projectLinkId)
    .where('stream', '=', of.stream)
    .execute();
  return rows.flatMap((row) => row.group_key ?? []);
}

/** Clears groups in the transaction that stored what they led to; a group touched again since it was read stays touched. */
export async function clearTouched(db: Db, fence: Fence, groups: readonly TouchedGroup[]): Promise<void> {
  if (groups.length === 0) return;
  await sql`
    DELETE FROM touched_group t
    USING jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) AS done ("groupKey" text, "touchedAt" timestamptz)
    WHERE t.project_link_id = ${fence.projectLinkId} AND t.stream = ${fence.stream}
      AND t.group_key = done."groupKey" AND t.touched_at = done."touchedAt"`.execute(db);
}

/** Whether any group waits to be mapped. */
export async function anyTouched(db: Db, fence: Fence): Promise<boolean> {
  return (await touchedGroups(db, fence, '', 1)).length > 0;
}

/** Wanted hash of a record that a person left on the far side although its source is gone; no mapped record has it. */
export const leftBehind = 'left-behind';

/** Touches groups that have a record on the far side, unless a person left it there. */
export async function touchKnown(db: Db, fence: Fence, groupKeys: readonly string[]): Promise<void> {
  if (groupKeys.length === 0) return;
  const { tenantId, projectLinkId, stream } = fence;
  await sql`
    INSERT INTO touched_group (tenant_id, project_link_id, stream, group_key)
    SELECT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, natural_key FROM record_link
    WHERE project_link_id = ${projectLinkId} AND stream = ${stream} AND natural_key = ANY(${[...groupKeys]}::text[])
      AND target_id IS NOT NULL AND wanted_hash <> ${leftBehind}
    ON CONFLICT (tenant_id, project_link_id, stream, group_key) DO UPDATE SET touched_at = clock_timestamp()`.execute(db);
}

/** Touches every group that has facts, so that all are mapped again, under other settings. */
export async function touchAll(db: Db, fence: Fence): Promise<void> {
  const { tenantId, projectLinkId, stream } = fence;
  await sql`
    INSERT INTO touched_group (tenant_id, project_link_id, stream, group_key)
    SELECT DISTINCT ${tenantId}::uuid, ${projectLinkId}::uuid, ${stream}, group_key FROM gathered_fact
    WHERE project_link_id = ${projectLinkId} AND stream = ${stream} AND group_key IS NOT NULL
    ON CONFLICT (tenant_id, project_link_id, stream, group_key) DO UPDATE SET touched_at = clock_timestamp()`.execute(db);
}

/** Deletes groups: their facts, and that they wait to be mapped. */
export async function dropGroups(db: Db, fence: Fence, groupKeys: readonly string[]): Promise<void> {
  if (groupKeys.length === 0) return;
  for (const table of ['gathered_fact', 'touched_group'] as const) {
    await db
      .deleteFrom(table)
      .where('project_link_id', '=', fence.projectLinkId)
      .where('stream', '=', fence.stream)
      .where('group_key', 'in', groupKeys)
      .execute();
  }
}

/** A person leaves a record on the far side although its source is gone: nobody is asked about it again. */
export async function forgetGone(db: Db, { projectLinkId, stream }: StreamRef, naturalKey: string): Promise<void> {
  await db
    .deleteFrom('touched_group')
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('group_key', '=', naturalKey)
    .execute();
  await db
    .updateTable('record_link')
    .set({ wanted_hash: leftBehind })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('natural_key', '=', naturalKey)
    .execute();
}
