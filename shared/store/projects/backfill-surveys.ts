import { sql } from 'kysely';
import { type BackfillSurvey, backfillSurvey } from '../../domain/backfill.ts';
import { jsonb } from '../json.ts';
import type { Db } from '../tenancy.ts';

export interface StoredSurvey {
  readonly survey: BackfillSurvey;
  /** The rate budget that reading the project uses. */
  readonly budgetKey: string;
  readonly countedAt: Date;
}

/** Replaces the stored survey. */
export async function storeSurvey(
  db: Db,
  tenantId: string,
  connectionId: string,
  { survey, budgetKey }: Pick<StoredSurvey, 'survey' | 'budgetKey'>,
): Promise<void> {
  const counted = { survey: jsonb(survey), budget_key: budgetKey, counted_at: sql<Date>`clock_timestamp()` };
  await db
    .insertInto('backfill_survey')
    .values({ tenant_id: tenantId, connection_id: connectionId, ...counted })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(counted))
    .execute();
}

/** Undefined if nothing was counted yet. */
export async function findSurvey(db: Db, connectionId: string): Promise<StoredSurvey | undefined> {
  const row = await db.selectFrom('backfill_survey').selectAll().where('connection_id', '=', connectionId).executeTakeFirst();
  return row && { survey: backfillSurvey.parse(row.survey), budgetKey: row.budget_key, countedAt: row.counted_at };
}
