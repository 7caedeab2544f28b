import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import { prepareInstallation } from '../../shared/store/tenants/installation.ts';
import { required } from '../support/database.ts';
import { partnersAt } from '../support/partner-origins.ts';
import { useProcesses } from '../support/product-process.ts';
import { testBoxKeys, useTestStore } from '../support/store.ts';
import { makeNamespace } from '../workflow/namespace.ts';

const storeOf = useTestStore();
const start = useProcesses<{ readonly ready: boolean }>();
const ownRootKey = generateKey();
const namespace = `boot-${randomUUID()}`;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { database } = storeOf();
  const temporalAddress = required('GROUNDWORK_TEMPORAL_ADDRESS');
  await makeNamespace(temporalAddress, namespace);
  await prepareInstallation(database.migrateUrl, rootKeys(rootKey('1', ownRootKey)), { mode: 'demo', restoreEpoch: 'one' });
  environment = {
    GROUNDWORK_MODE: 'demo',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.serveUrl,
    UPKEEP_DATABASE_URL: database.upkeepUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    CODEC_KEY: generateKey(),
    ROOT_KEY_ID: '1',
    RESTORE_EPOCH: 'one',
    SEALING_PRIVATE_KEY: testBoxKeys.privateKey,
    PROCORE_LOGIN_URL: 'http://localhost:1',
    PROCORE_API_URL: 'http://localhost:1',
    PROCORE_CLIENT_ID: 'our-client',
    PROCORE_CLIENT_SECRET: 'our-client-secret',
    OAUTH_REDIRECT_URL: 'http://localhost:3000/oauth/procore/callback',
    PAGES_URL: 'http://localhost:3000',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Groundwork <groundwork@groundwork.example>',
    ...partnersAt('http://localhost:1'),
    WORKFLOW_BUNDLE: required('GROUNDWORK_WORKFLOW_BUNDLE'),
    GRANT_SPILL_DIRECTORY: path.join(os.tmpdir(), `groundwork-boot-${randomUUID()}`),
    METRICS_PORT: '0',
  };
});

test('a worker with the root key of its database serves, and stops when asked', async () => {
  const worker = start('dist/worker/main.js', { ...environment, ROOT_KEY: ownRootKey });
  expect(await Promise.race([worker.ready, worker.ended])).toMatchObject({ ready: true });
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});

test('a worker with another root key takes no work: it says so and ends, before any secret looks lapsed', async () => {
  const worker = start('dist/worker/main.js', { ...environment, ROOT_KEY: generateKey() });
  const first = await Promise.race([worker.ready, worker.ended]);
  expect(first).toEqual(expect.any(Number));
  expect(first).not.toBe(0);
  expect(worker.said()).toContain('the root key does not belong to this database');
});

test('a demo worker does not start towards a partner outside this machine, whatever setting its folder declares for it', async () => {
  const origins = { HAMMERTECH_AUTH_URL: 'https://{region}-auth.hammertech.example' };
  const worker = start('dist/worker/main.js', { ...environment, ROOT_KEY: ownRootKey, ...origins });
  const first = await Promise.race([worker.ready, worker.ended]);
  expect(first).toEqual(expect.any(Number));
  expect(first).not.toBe(0);
  expect(worker.said()).toContain('HAMMERTECH_AUTH_URL: a demo speaks to this machine only');
});
