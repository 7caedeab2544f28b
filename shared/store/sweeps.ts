import { sql } from 'kysely';
import type { Db } from './tenancy.ts';

/** Sign-ins of workers are movement data: their facts are kept for this long at most (docs/security.md). */
const gatheredFactDays = 90;

/** Deletes gathered facts past their time; answers how many. The records made of them stand in Procore. */
export async function sweepGatheredFacts(db: Db): Promise<number> {
  const gone = await db
    .deleteFrom('gathered_fact')
    .where('gathered_at', '<', sql<Date>`clock_timestamp() - ${gatheredFactDays} * interval '1 day'`)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
