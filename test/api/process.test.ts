import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { generateKey } from '../../shared/security/keys.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createApiKey } from '../../shared/store/tenants/api-keys.ts';
import { prepareInstallation } from '../../shared/store/tenants/installation.ts';
import { useProcesses } from '../support/product-process.ts';
import { testBoxKeys, testRoots, useTestStore } from '../support/store.ts';

const storeOf = useTestStore();
const start = useProcesses<{ readonly ready: boolean; readonly api: string }>();
const startApi = (env: Readonly<Record<string, string>>) => start('dist/api/main.js', env);

/** An address at which nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '127.0.0.1:1';
}

async function environment(): Promise<Record<string, string>> {
  const { database } = storeOf();
  await prepareInstallation(database.migrateUrl, testRoots, { mode: 'demo', restoreEpoch: 'one' });
  return {
    GROUNDWORK_MODE: 'demo',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.serveUrl,
    TEMPORAL_ADDRESS: await deadAddress(),
    CODEC_KEY: generateKey(),
    PROCORE_LOGIN_URL: 'http://localhost:1',
    PROCORE_CLIENT_ID: 'our-client',
    API_PORT: '0',
    PAGES_URL: 'http://localhost:3000',
    SEALING_PUBLIC_KEY: testBoxKeys.publicKey,
    RESTORE_EPOCH: 'one',
  };
}

test('while Temporal is away it serves, stores what it is told, says that it is not ready, and stops when asked', async () => {
  const api = startApi(await environment());
  const { ready, api: url } = await api.ready;
  expect(ready).toBe(true);
  const readiness = await fetch(`${url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.json()).toEqual({ ready: false, database: 'ready', temporal: 'not reached', mode: 'demo' });
  const tenantId = await storeOf().newTenant();
  const key = await withTenant(storeOf().pool, tenantId, async (db) => {
    const made = await createApiKey(db, { tenantId, scope: 'admin', label: '', createdBy: 'test' });
    return revealSecret(made.text);
  });
  const answer = await fetch(`${url}/v1/onboardings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ partner: 'hammertech' }),
  });
  expect([answer.status, await answer.json()]).toEqual([201, expect.objectContaining({ started: false })]);
  const wanted = await storeOf().admin.query('SELECT 1 FROM desired_run WHERE tenant_id = $1 AND wanted', [tenantId]);
  expect(wanted.rows).toHaveLength(1);
  api.child.kill('SIGTERM');
  expect(await api.ended).toBe(0);
});

test('it does not start on unusable settings, and says everything that is wrong with them but no value', async () => {
  const api = startApi({ ...(await environment()), CODEC_KEY: 'not-a-key-but-secret', API_PORT: 'many', RESTORE_EPOCH: '' });
  expect(await api.ended).not.toBe(0);
  for (const name of ['CODEC_KEY', 'API_PORT', 'RESTORE_EPOCH']) expect(api.said()).toContain(name);
  expect(api.said()).not.toContain('not-a-key-but-secret');
});

test('it does not serve a database that was restored since', async () => {
  const api = startApi({ ...(await environment()), RESTORE_EPOCH: 'two' });
  expect(await api.ended).not.toBe(0);
  expect(api.said()).toContain('restored');
});
