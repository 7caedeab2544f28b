import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { tenantSlug } from '../../domain/ids.ts';
import type { PartnerName } from '../../domain/partners.ts';
import type { RootKeys, TenantKey } from '../../security/keys.ts';
import { newTenantKey, openTenantKey, rewrapTenantKey } from '../../security/sealing.ts';
import type { Db, StorePool } from '../tenancy.ts';
import { withoutTenant, withTenant } from '../tenancy.ts';
import { appendAudit } from './audit.ts';

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly partner: PartnerName;
  readonly mode: 'demo' | 'production';
  /** Actor id for the audit log, e.g. `operator`. */
  readonly createdBy: string;
}

export interface Tenant {
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly partner: string;
  readonly mode: string;
}

/** Creates a tenant with its own key. Needs the root key. Throws if the slug is taken. */
export async function createTenant(pool: StorePool, roots: RootKeys, given: NewTenant): Promise<Tenant> {
  const slug = tenantSlug.parse(given.slug);
  if (await findTenantId(pool, slug)) throw new Error(`there is a tenant ${slug} already`);
  const tenantId = randomUUID();
  const { name, partner, mode } = given;
  await withTenant(pool, tenantId, async (db) => {
    const wrapped_key = newTenantKey(roots.current, tenantId);
    const row = { tenant_id: tenantId, slug, name, partner, mode, wrapped_key, root_key_id: roots.current.id };
    await db.insertInto('tenant').values(row).execute();
    await appendAudit(db, tenantId, [{ actorId: given.createdBy, action: 'tenant.create', subject: `tenant:${tenantId}` }]);
  });
  return { tenantId, slug, name, partner, mode };
}

/** The id of a slug's tenant, without reading its rows. */
export async function findTenantId(pool: StorePool, slug: string): Promise<string | undefined> {
  const answer = await withoutTenant(pool, (db) =>
    sql<{ found: string | null }>`SELECT resolve_tenant(${slug}) AS found`.execute(db),
  );
  return answer.rows[0]?.found ?? undefined;
}

export async function readTenant(db: Db): Promise<Tenant> {
  const row = await db.selectFrom('tenant').select(['tenant_id', 'slug', 'name', 'partner', 'mode']).executeTakeFirstOrThrow();
  const { tenant_id: tenantId, ...rest } = row;
  return { tenantId, ...rest };
}

/** The key that this transaction's tenant seals under. Throws once the tenant is erased. */
export async function readTenantKey(db: Db, roots: RootKeys): Promise<TenantKey> {
  const row = await db.selectFrom('tenant').select(['tenant_id', 'wrapped_key']).executeTakeFirstOrThrow();
  if (row.wrapped_key === null) throw new Error('the tenant is erased: its key is destroyed');
  return openTenantKey(roots, row.tenant_id, row.wrapped_key);
}

/** Rotation: wraps the tenant's key under the current root key. False if it already is, or the tenant is erased. */
export async function rotateTenantKey(db: Db, roots: RootKeys): Promise<boolean> {
  const row = await db
    .selectFrom('tenant')
    .select(['tenant_id', 'wrapped_key', 'root_key_id'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.wrapped_key === null || row.root_key_id === roots.current.id) return false;
  const wrapped_key = rewrapTenantKey(roots, row.tenant_id, row.wrapped_key);
  await db.updateTable('tenant').set({ wrapped_key, root_key_id: roots.current.id }).execute();
  return true;
}

/** One page of the ids of all living tenants, after `after`; only the upkeep login may call it. */
export async function tenantsDue(upkeep: StorePool, howMany: number, after: string | null = null): Promise<readonly string[]> {
  const answer = await withoutTenant(upkeep, (db) =>
    sql<{ id: string }>`SELECT tenants_due(${howMany}, ${after}) AS id`.execute(db),
  );
  return answer.rows.map((row) => row.id);
}
