import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Client } from 'pg';
import { migrateToLatest } from '../../shared/store/migrate.ts';
import { required } from '../support/database.ts';
import { isolationViolations } from '../support/isolation.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();

async function emptyDatabase(): Promise<string> {
  const url = new URL(required('GROUNDWORK_TEST_ADMIN_URL'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await store().admin.query(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  return url.href;
}

test('two migrators at once: one works, the other waits and finds nothing to do', async () => {
  const url = await emptyDatabase();
  const runs = await Promise.all([migrateToLatest(url), migrateToLatest(url)]);
  const lengths = runs.map((names) => names.length).sort((a, b) => a - b);
  expect(lengths[0]).toBe(0);
  expect(lengths[1]).toBeGreaterThan(5);
  const admin = new Client({ connectionString: url });
  await admin.connect();
  expect(await isolationViolations(admin)).toEqual([]);
  await admin.end();
});

test('migrating again changes nothing, also as the login that may only act as the owner', async () => {
  expect(await migrateToLatest(store().database.migrateUrl)).toEqual([]);
  expect(await migrateToLatest(store().database.adminUrl)).toEqual([]);
});

test('the serving login cannot migrate', async () => {
  await expect(migrateToLatest(store().database.serveUrl)).rejects.toThrow();
});
