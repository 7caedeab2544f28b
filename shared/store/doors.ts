import { sql } from 'kysely';
import type { StorePool } from './tenancy.ts';
import { withoutTenant } from './tenancy.ts';

/** The definer functions that find a tenant by the hash of a bearer (migrations 0006, 0010 and 0015). */
export type TokenDoor =
  | 'resolve_account_link'
  | 'resolve_api_key'
  | 'resolve_authorization_link'
  | 'resolve_invitation_link'
  | 'resolve_sign_in_link'
  | 'resolve_sign_in_session'
  | 'resolve_oauth_state';

export interface FoundRow {
  readonly tenantId: string;
  readonly rowId: string;
}

/** Tenant and row for a bearer's hash. Ids only: whether it is still valid is read under the tenant. */
export async function resolveToken(pool: StorePool, door: TokenDoor, hash: Buffer): Promise<FoundRow | undefined> {
  const answer = await withoutTenant(pool, (db) =>
    sql<{ tenant_id: string; row_id: string }>`SELECT tenant_id, row_id FROM ${sql.ref(door)}(${hash})`.execute(db),
  );
  const row = answer.rows[0];
  return row && { tenantId: row.tenant_id, rowId: row.row_id };
}
