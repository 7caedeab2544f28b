import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { freePort } from '../../scripts/engines/ports.mjs';
import { startPostgres } from '../../scripts/engines/postgres.mjs';
import { startTemporal } from '../../scripts/engines/temporal.mjs';
import { ensureTemporal, ensureTestServer } from '../../scripts/provision/temporal.mjs';
import { ensureWheel, wheels } from '../../scripts/provision/wheels.mjs';

/**
 * Real engines for the whole run: Postgres with a migrated template database, a Temporal dev server with its UI, the path of the
 * time-skipping server, one workflow bundle. Addresses travel in the environment; a failed setup leaves nothing running.
 */
export default async function globalSetup() {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'groundwork-test-'));
  chmodSync(scratch, 0o755); // the database runs as a user of its own
  const engines = { scratch, stops: [() => rmSync(scratch, { recursive: true, force: true })] };
  globalThis.groundworkTestEngines = engines;
  try {
    const passwords = { serve: secret(), upkeep: secret(), migrate: secret() };
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    const noteStop = (engine) => {
      engines.stops.unshift(engine.stop);
      return engine;
    };
    const [postgres, temporal, testServer, bundle, composeSchema] = await allOrFirstFailure([
      startPostgres({ dataDir: path.join(scratch, 'postgres'), port: await freePort(), password: secret(), settings }).then(
        noteStop,
      ),
      ensureTemporal().then(startOne).then(noteStop),
      ensureTestServer(),
      bundleWorkflows(path.join(scratch, 'workflows.bundle.js')),
      ensureWheel(wheels.composeSchema),
    ]);
    const { prepareTemplate } = await tsImport('./template.ts', import.meta.url);
    await prepareTemplate(postgres.url('postgres'), 'groundwork_template', passwords);
    Object.assign(process.env, {
      GROUNDWORK_TEST_ADMIN_URL: postgres.adminUrl,
      GROUNDWORK_TEST_PASSWORDS: JSON.stringify(passwords),
      GROUNDWORK_TEMPORAL_ADDRESS: temporal.address,
      GROUNDWORK_TEMPORAL_UI: temporal.ui,
      GROUNDWORK_TEST_SERVER: testServer,
      GROUNDWORK_WORKFLOW_BUNDLE: bundle,
      GROUNDWORK_COMPOSE_SCHEMA: composeSchema,
      GROUNDWORK_TEST_SCRATCH: scratch,
    });
  } catch (error) {
    await stopAll(engines);
    throw error;
  }
}

/** Waits for all, so that every engine that came up has noted its stop, before the first failure is thrown. */
async function allOrFirstFailure(starting) {
  const ended = await Promise.allSettled(starting);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return ended.map(({ value }) => value);
}

const secret = () => randomBytes(18).toString('base64url');

async function startOne(binary) {
  const uiPort = await freePort();
  const temporal = await startTemporal({ binary, port: await freePort(), uiPort });
  return { ...temporal, ui: `http://127.0.0.1:${uiPort}` };
}

async function bundleWorkflows(target) {
  const { writeWorkflowBundle } = await tsImport('../../worker/bundle.ts', import.meta.url);
  await writeWorkflowBundle(target);
  return target;
}

export async function stopAll(engines) {
  for (const stop of engines.stops) await stop();
}
