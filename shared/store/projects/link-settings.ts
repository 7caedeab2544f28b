import { sql } from 'kysely';
import { jsonb } from '../json.ts';
import type { Automation } from '../records/wanted-records.ts';
import type { Db } from '../tenancy.ts';

/** Sets the automation of one stream of a link; held deliveries that it covers become automatic. */
export async function setAutomation(db: Db, projectLinkId: string, stream: string, automation: Automation): Promise<void> {
  await db
    .updateTable('project_link')
    .set({ automation: sql`automation || ${jsonb({ [stream]: automation })}` })
    .where('project_link_id', '=', projectLinkId)
    .execute();
  const actions = (['create', 'update'] as const).filter((action) => automation[action]);
  if (actions.length === 0) return;
  await db
    .updateTable('delivery')
    .set({ release: 'automatic' })
    .where('project_link_id', '=', projectLinkId)
    .where('stream', '=', stream)
    .where('state', '=', 'queued')
    .where('release', '=', 'held')
    .where('action', 'in', actions)
    .execute();
}

/** Sets the first local day to sync; null: as far back as the window reaches. What was written before stays. */
export async function setStartDate(db: Db, projectLinkId: string, startDate: string | null): Promise<void> {
  await db.updateTable('project_link').set({ start_date: startDate }).where('project_link_id', '=', projectLinkId).execute();
}

/** Releases held deliveries: those named, or all of the link. Returns how many. */
export async function pushHeld(db: Db, projectLinkId: string, deliveryIds: readonly string[] | 'all'): Promise<number> {
  let query = db
    .updateTable('delivery')
    .set({ release: 'pushed' })
    .where('project_link_id', '=', projectLinkId)
    .where('state', '=', 'queued')
    .where('release', '=', 'held');
  if (deliveryIds !== 'all') {
    if (deliveryIds.length === 0) return 0;
    query = query.where('delivery_id', 'in', deliveryIds);
  }
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}
