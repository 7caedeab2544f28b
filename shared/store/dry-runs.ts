import { z } from 'zod';
import { type DryRun, dryRunOfProject } from '../domain/projects.ts';
import type { Db } from './tenancy.ts';

const report = z.object({ at: z.string(), projects: z.array(dryRunOfProject) });

/** The newest dry run; it replaces the one before. */
export async function storeDryRun(db: Db, tenantId: string, connectionId: string, dryRun: DryRun): Promise<void> {
  const row = { at: dryRun.at, report: JSON.stringify(dryRun) };
  await db
    .insertInto('dry_run')
    .values({ tenant_id: tenantId, connection_id: connectionId, ...row })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(row))
    .execute();
}

/** What going live would do is not known any more: what it rested on was changed. */
export async function dropDryRun(db: Db, connectionId: string): Promise<void> {
  await db.deleteFrom('dry_run').where('connection_id', '=', connectionId).execute();
}

export async function findDryRun(db: Db, connectionId: string): Promise<DryRun | undefined> {
  const row = await db.selectFrom('dry_run').select('report').where('connection_id', '=', connectionId).executeTakeFirst();
  return row && report.parse(row.report);
}
