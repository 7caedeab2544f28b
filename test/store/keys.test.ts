import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { closeBox } from '../../shared/security/boxing.ts';
import { generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret, secretOf } from '../../shared/security/secret.ts';
import { currentCredential, submitCredential } from '../../shared/store/connections/credentials.ts';
import { closePool, createPool, withTenant } from '../../shared/store/tenancy.ts';
import { createApiKey, findApiKeyHolder, revokeApiKey } from '../../shared/store/tenants/api-keys.ts';
import {
  acceptRestore,
  assertCanary,
  assertInstallation,
  prepareInstallation,
  readDatabaseStanding,
  rotateCanary,
} from '../../shared/store/tenants/installation.ts';
import { createTenant, findTenantId, rotateTenantKey } from '../../shared/store/tenants/tenants.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { testBoxKeys, testRoots, useTestStore } from '../support/store.ts';

const store = useTestStore();
const vault = createVault(testRoots, testBoxKeys.privateKey);

async function boxedCredential(tenantId: string, text: string) {
  const [connectionId, credentialId] = [randomUUID(), randomUUID()];
  const sealed = await closeBox(testBoxKeys.publicKey, places.credential(tenantId, credentialId), secretOf(text));
  await withTenant(store().pool, tenantId, async (db) => {
    await db
      .insertInto('connection')
      .values({ tenant_id: tenantId, connection_id: connectionId, partner: 'hammertech', scope: 'company' })
      .execute();
    await submitCredential(db, {
      tenantId,
      credentialId,
      connectionId,
      purpose: 'procore-service',
      kind: 'customer-app',
      shown: { clientId: 'abc' },
      lastFour: text.slice(-4),
      sealed,
      submittedBy: 'test',
    });
  });
  return { connectionId, credentialId, sealed };
}

describe('a credential', () => {
  const unsealCurrent = (tenantId: string, connectionId: string) =>
    withTenant(store().pool, tenantId, async (db) => {
      const row = await currentCredential(db, connectionId, 'procore-service');
      if (!row) throw new Error('there is no credential');
      return { text: revealSecret(await vault.unsealCredential(db, tenantId, row)), sealed: row.sealed };
    });

  test('boxed by the API is opened by the worker and put under the tenant’s key on first use', async () => {
    const tenant = await store().newTenant();
    const { connectionId, sealed } = await boxedCredential(tenant, 'procore client secret');
    const first = await unsealCurrent(tenant, connectionId);
    const second = await unsealCurrent(tenant, connectionId);
    const third = await unsealCurrent(tenant, connectionId);
    expect([first.text, second.text, third.text]).toEqual(Array(3).fill('procore client secret'));
    expect(first.sealed.equals(sealed)).toBe(true);
    expect(second.sealed.equals(sealed)).toBe(false);
    expect(third.sealed.equals(second.sealed)).toBe(true);
  });

  test('swapped with the one of another row opens in neither', async () => {
    const tenant = await store().newTenant();
    const [one, other] = [await boxedCredential(tenant, 'first'), await boxedCredential(tenant, 'second')];
    await unsealCurrent(tenant, one.connectionId);
    await store().admin.query(
      'UPDATE credential c SET sealed = o.sealed FROM credential o WHERE c.credential_id IN ($1, $2) AND o.credential_id IN ($1, $2) AND c <> o',
      [one.credentialId, other.credentialId],
    );
    await expect(unsealCurrent(tenant, one.connectionId)).rejects.toThrow(/does not open/);
    await expect(unsealCurrent(tenant, other.connectionId)).rejects.toThrow(/does not open/);
  });

  test('stays readable while the root key is rotated, and is lost with its tenant’s key', async () => {
    const tenant = await store().newTenant();
    const { connectionId } = await boxedCredential(tenant, 'still here');
    await unsealCurrent(tenant, connectionId);
    const next = rootKeys(rootKey('test-2', generateKey()), [testRoots.current]);
    expect(await withTenant(store().pool, tenant, (db) => rotateTenantKey(db, next))).toBe(true);
    expect(await withTenant(store().pool, tenant, (db) => rotateTenantKey(db, next))).toBe(false);
    const rotated = createVault(rootKeys(next.current), testBoxKeys.privateKey);
    const read = () =>
      withTenant(store().pool, tenant, async (db) => {
        const row = await currentCredential(db, connectionId, 'procore-service');
        return row && revealSecret(await rotated.unsealCredential(db, tenant, row));
      });
    expect(await read()).toBe('still here');
    await store().admin.query('UPDATE tenant SET wrapped_key = NULL, erased_at = now() WHERE tenant_id = $1', [tenant]);
    await expect(read()).rejects.toThrow(/erased/);
  });
});

describe('an API key', () => {
  const newKey = (tenantId: string, scope: 'read' | 'operate' | 'admin') =>
    withTenant(store().pool, tenantId, (db) => createApiKey(db, { tenantId, scope, label: 'for tests', createdBy: 'test' }));

  test('names its tenant and scope, and its text is nowhere in the database', async () => {
    const tenant = await store().newTenant();
    const key = await newKey(tenant, 'operate');
    expect(await findApiKeyHolder(store().pool, revealSecret(key.text))).toEqual({
      tenantId: tenant,
      apiKeyId: key.apiKeyId,
      scope: 'operate',
      actorId: `api-key:${key.apiKeyId}`,
    });
    const row = await store().admin.query('SELECT k::text FROM api_key k WHERE api_key_id = $1', [key.apiKeyId]);
    expect(JSON.stringify(row.rows)).not.toContain(revealSecret(key.text).slice(11));
  });

  test('that is unknown, altered or revoked is nobody’s', async () => {
    const tenant = await store().newTenant();
    const key = await newKey(tenant, 'read');
    const text = revealSecret(key.text);
    const revoke = () =>
      withTenant(store().pool, tenant, (db) => revokeApiKey(db, { tenantId: tenant, apiKeyId: key.apiKeyId, revokedBy: 'test' }));
    for (const wrong of ['', 'x', text.slice(1), text.toUpperCase(), `${text} `])
      expect(await findApiKeyHolder(store().pool, wrong)).toBeUndefined();
    expect(await revoke()).toBe(true);
    expect(await findApiKeyHolder(store().pool, text)).toBeUndefined();
    expect(await revoke()).toBe(false);
  });

  test('cannot be revoked by another tenant', async () => {
    const [tenant, other] = [await store().newTenant(), await store().newTenant()];
    const key = await newKey(tenant, 'read');
    const foreign = { tenantId: other, apiKeyId: key.apiKeyId, revokedBy: 'test' };
    expect(await withTenant(store().pool, other, (db) => revokeApiKey(db, foreign))).toBe(false);
    expect(await findApiKeyHolder(store().pool, revealSecret(key.text))).toBeDefined();
  });
});

test('a slug belongs to one tenant', async () => {
  const given = { slug: 'twice', name: 'Twice', partner: 'hammertech', mode: 'demo', createdBy: 'test' } as const;
  const tenant = await createTenant(store().pool, testRoots, given);
  expect(await findTenantId(store().pool, 'twice')).toBe(tenant.tenantId);
  await expect(createTenant(store().pool, testRoots, given)).rejects.toThrow(/already/);
  expect(await findTenantId(store().pool, 'nobody')).toBeUndefined();
});

describe('the installation', () => {
  test('is refused before it stands; then its canary opens with its root key only', async () => {
    const { migrateUrl } = store().database;
    await expect(assertCanary(store().pool, testRoots)).rejects.toThrow(/provision/);
    await prepareInstallation(migrateUrl, testRoots, { mode: 'demo', restoreEpoch: 'epoch-1' });
    await assertCanary(store().pool, testRoots);
    await expect(assertCanary(store().pool, rootKeys(rootKey('test-1', generateKey())))).rejects.toThrow(/does not belong/);
    await expect(assertCanary(store().pool, rootKeys(rootKey('test-9', generateKey())))).rejects.toThrow(/does not belong/);
  });

  test('keeps demo and production apart, also when prepared again', async () => {
    await prepareInstallation(store().database.migrateUrl, testRoots, { mode: 'production', restoreEpoch: 'epoch-9' });
    await expect(assertInstallation(store().pool, { mode: 'production' })).rejects.toThrow(/production process refuses/);
    expect(await assertInstallation(store().pool, { mode: 'demo', restoreEpoch: 'epoch-1' })).toMatchObject({ mode: 'demo' });
  });

  test('stops after a restore until somebody has accepted it', async () => {
    await expect(assertInstallation(store().pool, { mode: 'demo', restoreEpoch: 'epoch-2' })).rejects.toThrow(/restored/);
    await acceptRestore(store().database.migrateUrl, 'epoch-2');
    expect(await assertInstallation(store().pool, { mode: 'demo', restoreEpoch: 'epoch-2' })).toMatchObject({
      restoreEpoch: 'epoch-2',
    });
  });

  test('takes a new root key', async () => {
    const next = rootKeys(rootKey('test-2', generateKey()), [testRoots.current]);
    await assertCanary(store().pool, next);
    await rotateCanary(store().database.migrateUrl, next);
    await assertCanary(store().pool, rootKeys(next.current));
    await expect(assertCanary(store().pool, testRoots)).rejects.toThrow(/does not belong/);
  });

  test('knows that its logins are plain ones, and a superuser is not', async () => {
    const plain = { superuser: false, bypassesRowSecurity: false, ownsTables: false };
    expect(await readDatabaseStanding(store().pool)).toEqual({ role: 'gw_serve_login', ...plain });
    const upkeep = createPool(store().database.upkeepUrl);
    const admin = createPool(store().database.adminUrl);
    try {
      expect(await readDatabaseStanding(upkeep)).toEqual({ role: 'gw_upkeep_login', ...plain });
      expect(await readDatabaseStanding(admin)).toMatchObject({ superuser: true, ownsTables: true });
    } finally {
      await Promise.all([closePool(upkeep), closePool(admin)]);
    }
  });
});
