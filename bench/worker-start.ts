import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../sandbox/start.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { prepareInstallation } from '../shared/store/tenants/installation.ts';
import { startBenchDatabase } from './database.ts';
import { importEngines, startBenchTemporal } from './engines.ts';
import { type BenchResult, thisMachine } from './result.ts';
import { inSeconds, interleave } from './rounds.ts';
import { ours, workerEnvironmentOn } from './worker-settings.ts';

const gate = 0.5;
const rounds = 6;
const build = fileURLToPath(new URL('../.groundwork/bench-build/', import.meta.url));

/**
 * From starting the worker's process, as `npm start` builds it, to its line that it polls. Ours: the workflow bundle was made with the
 * build. Theirs: it is made at the start.
 */
export async function run(): Promise<BenchResult> {
  const engines = await importEngines();
  const [database, temporal, sandbox] = await Promise.all([startBenchDatabase(), startBenchTemporal(), startSandbox({ ours })]);
  try {
    await engines.buildInto(build);
    const urls = await database.create('worker_start');
    const environment: Record<string, string> = {
      ...workerEnvironmentOn(urls, sandbox.urls),
      TEMPORAL_ADDRESS: temporal.address,
    };
    const roots = rootKeys(rootKey('1', environment['ROOT_KEY'] ?? ''));
    await prepareInstallation(urls.migrateUrl, roots, { mode: 'demo', restoreEpoch: environment['RESTORE_EPOCH'] ?? '' });
    const starting = (more: Readonly<Record<string, string>>) => async () =>
      await startOnce({ ...environment, ...more, METRICS_PORT: String(await engines.freePort()) });
    const { measured, speedRatio } = await interleave(
      rounds,
      { times: 1, run: starting({ WORKFLOW_BUNDLE: path.join(build, 'workflows.bundle.js') }) },
      { times: 1, run: starting({}) },
    );
    const ratio = 1 / speedRatio;
    const [one, other] = [inSeconds(measured.ours), inSeconds(measured.theirs)];
    const took = { ours: one, theirs: other, rounds };
    return { name: 'worker-start', ratio, gate: `<= ${gate}`, ok: ratio <= gate, ...took, machine: thisMachine() };
  } finally {
    await Promise.all([database.stop(), temporal.stop(), sandbox.close(), rm(build, { recursive: true, force: true })]);
  }
}

async function startOnce(environment: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [path.join(build, 'worker', 'main.js')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await untilReady(child);
  } finally {
    child.kill('SIGKILL');
  }
}

const untilReady = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`the worker ended with ${signal ?? code}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve();
    });
  });
