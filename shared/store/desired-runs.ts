import { sql } from 'kysely';
import type { Db } from './tenancy.ts';

/**
 * What should run in Temporal. wanted ⇄ unwanted; every switch increments the generation, and a run of an older generation ends
 * itself. `upkeep` starts wanted runs that show no sign of life, and stops unwanted ones.
 */
export interface DesiredRun {
  readonly workflowId: string;
  readonly workflowType: 'onboarding' | 'care' | 'projectSync';
  /** The connection, or the project link. */
  readonly subjectId: string;
  readonly partner: string;
  readonly generation: number;
}

const columns = [
  'workflow_id as workflowId',
  'workflow_type as workflowType',
  'subject_id as subjectId',
  'partner',
  'generation',
] as const;

/** Marks a run as wanted; repeating it keeps the generation. Returns the generation it is to run as. */
export async function wantRun(db: Db, tenantId: string, run: Omit<DesiredRun, 'generation'>): Promise<number> {
  const { workflowId: workflow_id, workflowType: workflow_type, subjectId: subject_id, partner } = run;
  const row = await db
    .insertInto('desired_run')
    .values({ tenant_id: tenantId, workflow_id, workflow_type, subject_id, partner, wanted: true })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'workflow_id']).doUpdateSet({
        wanted: true,
        generation: sql<number>`desired_run.generation + CASE WHEN desired_run.wanted THEN 0 ELSE 1 END`,
        updated_at: sql<Date>`clock_timestamp()`,
      }),
    )
    .returning('generation')
    .executeTakeFirstOrThrow();
  return row.generation;
}

/** Marks a run as unwanted: a living one ends itself. False if it was not wanted. */
export async function unwantRun(db: Db, workflowId: string): Promise<boolean> {
  const result = await db
    .updateTable('desired_run')
    .set({ wanted: false, generation: sql<number>`generation + 1`, updated_at: sql<Date>`clock_timestamp()` })
    .where('workflow_id', '=', workflowId)
    .where('wanted', '=', true)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Records a run's sign of life. False: it is not the wanted one, and must end. */
export async function markRunSeen(db: Db, workflowId: string, generation: number): Promise<boolean> {
  const result = await db
    .updateTable('desired_run')
    .set({ seen_generation: generation, seen_at: sql<Date>`clock_timestamp()` })
    .where('workflow_id', '=', workflowId)
    .where('wanted', '=', true)
    .where('generation', '=', generation)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Records the sign of life of a run without a generation: there is only one with its id. False: it is not wanted. */
export async function markRunAlive(db: Db, workflowId: string): Promise<boolean> {
  const result = await db
    .updateTable('desired_run')
    .set({ seen_generation: sql<number>`generation`, seen_at: sql<Date>`clock_timestamp()` })
    .where('workflow_id', '=', workflowId)
    .where('wanted', '=', true)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** All wanted runs, seen or not. */
export async function wantedRuns(db: Db): Promise<readonly DesiredRun[]> {
  const rows = await db.selectFrom('desired_run').select(columns).where('wanted', '=', true).orderBy('workflow_id').execute();
  return rows.map(fromRow);
}

/** Wanted runs never seen in their generation, or not for `silentMs`. */
export async function missingRuns(db: Db, silentMs: number): Promise<readonly DesiredRun[]> {
  const rows = await db
    .selectFrom('desired_run')
    .select(columns)
    .where('wanted', '=', true)
    .where((where) =>
      where.or([
        where('seen_generation', 'is distinct from', where.ref('generation')),
        where('seen_at', '<', sql<Date>`clock_timestamp() - ${silentMs} * interval '1 millisecond'`),
      ]),
    )
    .orderBy('workflow_id')
    .execute();
  return rows.map(fromRow);
}

// the table's CHECK knows the same three words
const fromRow = (row: Omit<DesiredRun, 'workflowType'> & { readonly workflowType: string }): DesiredRun => ({
  ...row,
  workflowType: row.workflowType as DesiredRun['workflowType'],
});
