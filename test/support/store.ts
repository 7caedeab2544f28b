import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { generateBoxKeys, generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import type { StorePool } from '../../shared/store/tenancy.ts';
import { closePool, connectionsInUse, createPool } from '../../shared/store/tenancy.ts';
import { createTenant } from '../../shared/store/tenants/tenants.ts';
import type { TestDatabase } from './database.ts';
import { createTestDatabase } from './database.ts';

/** Keys made for this process of tests. */
export const testRoots = rootKeys(rootKey('test-1', generateKey()));
export const testBoxKeys = generateBoxKeys();

export interface TestStore {
  readonly database: TestDatabase;
  /** As the serving login. */
  readonly pool: StorePool;
  /** As the superuser, for arranging and for looking from outside. */
  readonly admin: Client;
  /** A tenant of its own; answers its id. */
  newTenant(): Promise<string>;
}

/** A database and a pool for the tests of one file. Every test fails that leaves a connection out on loan. */
export function useTestStore(): () => TestStore {
  let store: TestStore | undefined;
  const current = (): TestStore => {
    if (!store) throw new Error('the store stands from beforeAll on');
    return store;
  };
  beforeAll(async () => {
    const database = await createTestDatabase();
    const pool = createPool(database.serveUrl, { applicationName: 'groundwork-test' });
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    const newTenant = async (): Promise<string> => {
      const slug = `t-${randomUUID()}`;
      const given = { slug, name: slug, partner: 'hammertech', mode: 'demo', createdBy: 'test' } as const;
      return (await createTenant(pool, testRoots, given)).tenantId;
    };
    store = { database, pool, admin, newTenant };
  });
  afterEach(() => expect(connectionsInUse(current().pool)).toBe(0));
  afterAll(async () => {
    await closePool(current().pool);
    await current().admin.end();
  });
  return current;
}
