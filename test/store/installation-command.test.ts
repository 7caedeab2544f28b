import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { assertCanary, prepareInstallation, readInstallation } from '../../shared/store/tenants/installation.ts';
import { createTenant, readTenantKey } from '../../shared/store/tenants/tenants.ts';
import { useTestStore } from '../support/store.ts';

const storeOf = useTestStore();
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const [before, after] = [generateKey(), generateKey()];

function run(command: string, settings: Readonly<Record<string, string>>) {
  const { database } = storeOf();
  const { PATH, HOME } = process.env;
  return spawnSync(process.execPath, ['dist/scripts/installation.js', command], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH,
      HOME,
      DATABASE_URL: database.serveUrl,
      UPKEEP_DATABASE_URL: database.upkeepUrl,
      MIGRATE_DATABASE_URL: database.migrateUrl,
      RESTORE_EPOCH: 'epoch-1',
      ...settings,
    },
  });
}

test('the root key is rotated for every tenant and the canary, and the former one opens nothing any more', async () => {
  const { pool, database } = storeOf();
  const old = rootKeys(rootKey('one', before));
  await prepareInstallation(database.migrateUrl, old, { mode: 'demo', restoreEpoch: 'epoch-1' });
  const tenants = [];
  for (const slug of ['first', 'second', 'third'])
    tenants.push(await createTenant(pool, old, { slug, name: slug, partner: 'hammertech', mode: 'demo', createdBy: 'test' }));
  const ran = run('rotate-root-key', { ROOT_KEY: after, ROOT_KEY_ID: 'two', ROOT_FORMER_KEYS: `one:${before}` });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  expect(ran.stdout).toContain('3 keys of tenants are under two now');
  const only = rootKeys(rootKey('two', after));
  await assertCanary(pool, only);
  await expect(assertCanary(pool, old)).rejects.toThrow(/does not belong/);
  for (const { tenantId } of tenants) {
    await withTenant(pool, tenantId, (db) => readTenantKey(db, only));
    await expect(withTenant(pool, tenantId, (db) => readTenantKey(db, old))).rejects.toThrow();
  }
}, 60_000);

test('without the former key nothing is rotated', async () => {
  const ran = run('rotate-root-key', { ROOT_KEY: generateKey(), ROOT_KEY_ID: 'three' });
  expect(ran.status).not.toBe(0);
  await assertCanary(storeOf().pool, rootKeys(rootKey('two', after)));
}, 60_000);

test('a restore is accepted by taking over the epoch of the settings', async () => {
  const ran = run('accept-restore', { ROOT_KEY: after, ROOT_KEY_ID: 'two', RESTORE_EPOCH: 'epoch-2' });
  expect([ran.status, ran.stdout]).toEqual([0, 'accepted\n']);
  expect(await readInstallation(storeOf().pool)).toMatchObject({ restoreEpoch: 'epoch-2' });
}, 60_000);
