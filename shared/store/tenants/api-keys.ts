import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Secret } from '../../security/secret.ts';
import type { ApiKeyScope } from '../../security/tokens.ts';
import { hashToken, newApiKeyToken } from '../../security/tokens.ts';
import { resolveToken } from '../doors.ts';
import type { Db, StorePool } from '../tenancy.ts';
import { withTenant } from '../tenancy.ts';
import { nameActor } from './actors.ts';
import { appendAudit } from './audit.ts';

export interface NewApiKey {
  readonly tenantId: string;
  readonly scope: ApiKeyScope;
  readonly label: string;
  readonly createdBy: string;
}

/** The caller: the tenant's authority within a scope. The actor is the key. */
export interface ApiKeyHolder {
  readonly tenantId: string;
  readonly apiKeyId: string;
  readonly scope: ApiKeyScope;
  readonly actorId: string;
}

/** Creates a key. Its text is only in the result: the store keeps a hash. */
export async function createApiKey(db: Db, given: NewApiKey): Promise<{ readonly apiKeyId: string; readonly text: Secret }> {
  const { tenantId, scope, label } = given;
  const token = newApiKeyToken(scope);
  const apiKeyId = randomUUID();
  const row = { tenant_id: tenantId, api_key_id: apiKeyId, secret_hash: token.hash, scope, label, last_four: token.lastFour };
  await db.insertInto('api_key').values(row).execute();
  await nameActor(db, { tenantId, actorId: actorOf(apiKeyId), kind: 'api-key', displayName: label || null });
  await appendAudit(db, tenantId, [
    { actorId: given.createdBy, action: 'api-key.create', subject: actorOf(apiKeyId), fields: ['scope', 'label'] },
  ]);
  return { apiKeyId, text: token.text };
}

/** Ends a key at once and for good; false if there is none in force. */
export async function revokeApiKey(db: Db, given: { tenantId: string; apiKeyId: string; revokedBy: string }): Promise<boolean> {
  const revoked = await db
    .updateTable('api_key')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('api_key_id', '=', given.apiKeyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (revoked.numUpdatedRows === 0n) return false;
  await appendAudit(db, given.tenantId, [
    { actorId: given.revokedBy, action: 'api-key.revoke', subject: actorOf(given.apiKeyId) },
  ]);
  return true;
}

/** Whose key this is; undefined unless it is a key in force. */
export async function findApiKeyHolder(pool: StorePool, text: string): Promise<ApiKeyHolder | undefined> {
  const found = await resolveToken(pool, 'resolve_api_key', hashToken(text));
  if (!found) return undefined;
  const { tenantId, rowId: apiKeyId } = found;
  const row = await withTenant(pool, tenantId, (db) =>
    db
      .selectFrom('api_key')
      .select('scope')
      .where('api_key_id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst(),
  );
  // the table's CHECK knows the same three words
  return row && { tenantId, apiKeyId, scope: row.scope as ApiKeyScope, actorId: actorOf(apiKeyId) };
}

const actorOf = (apiKeyId: string): string => `api-key:${apiKeyId}`;
