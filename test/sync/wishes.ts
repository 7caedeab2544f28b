import { randomUUID } from 'node:crypto';
import { writeCommand } from '../../shared/store/commands.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { EngineGround } from './engine-ground.ts';

/** Somebody wishes for a comparison of a link, as the API stores it. */
export async function wishToCompare({
  store,
  tenantId,
  connectionId,
  link,
}: Pick<EngineGround, 'store' | 'tenantId' | 'connectionId' | 'link'>): Promise<void> {
  const { projectLinkId } = link;
  const wish = { tenantId, commandId: randomUUID(), connectionId, projectLinkId, kind: 'syncNow', input: { reconcile: true } };
  await withTenant(store.pool, tenantId, (db) => writeCommand(db, { ...wish, actorId: 'ada' }));
}
