import { randomUUID } from 'node:crypto';
import type { ConsentKind } from '../../../shared/domain/consents.ts';
import { agree, withdrawConsent } from '../../../shared/store/grants/consents.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import type { ItemsGround } from './items-ground.ts';

type Place = Pick<ItemsGround, 'store' | 'tenantId' | 'connectionId'>;

/** Answers the id of the consent. */
export async function agreeAs(
  { store, tenantId, connectionId }: Place,
  grantId: string | Promise<string>,
  kind: ConsentKind,
): Promise<string> {
  const consentId = randomUUID();
  const given = { tenantId, consentId, connectionId, kind, grantId: await grantId, words: 'As it was shown.' };
  await withTenant(store.pool, tenantId, (db) => agree(db, given));
  return consentId;
}

export const withdraw = ({ store, tenantId, connectionId }: Place, consentId: string): Promise<boolean> =>
  withTenant(store.pool, tenantId, (db) => withdrawConsent(db, { connectionId, consentId, by: 'test' }));

/** The grant of whoever connected the project. */
export async function ownerOf({ store, connectionId }: Place): Promise<string> {
  const { rows } = await store.admin.query('SELECT owner_grant_id FROM connection WHERE connection_id = $1', [connectionId]);
  return rows[0].owner_grant_id;
}
