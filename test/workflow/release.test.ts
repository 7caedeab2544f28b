import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { taskQueues, workflowIds } from '../../shared/domain/ids.ts';
import { sealedDataConverter } from '../../shared/temporal/data-converter.ts';
import { buildIdOf, makeCurrent } from '../../worker/release.ts';
import { createWorkers } from '../../worker/workers.ts';
import { required } from '../support/database.ts';
import { makeNamespace, testCodecKeys } from './namespace.ts';
import { createScript, quickPace, scripted } from './script.ts';

const namespace = `release-${randomUUID().slice(0, 8)}`;
const dataConverter = sealedDataConverter(namespace, testCodecKeys);
let connection: Connection;
let native: NativeConnection;
let client: Client;
const running: { worker: Worker; end: Promise<void> }[] = [];
/** Which version did the work of each run. */
const workedBy: string[] = [];

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const address = required('GROUNDWORK_TEMPORAL_ADDRESS');
  await makeNamespace(address, namespace);
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace, dataConverter });
}, 60_000);

afterEach(async () => {
  for (const { worker } of running) worker.shutdown();
  await Promise.all(running.splice(0).map(({ end }) => end));
  workedBy.splice(0);
});
afterAll(async () => {
  await connection.close();
  await native.close();
});

async function startVersion(buildId: string): Promise<void> {
  const script = createScript(quickPace);
  script.instead.tidy = async () => {
    workedBy.push(buildId);
    return { tenants: 0, started: 0, stopped: 0, commandsDelivered: 0, swept: 0, mailed: 0 };
  };
  const workers = await createWorkers({
    connection: native,
    namespace,
    dataConverter,
    workflowBundle: { codePath: required('GROUNDWORK_WORKFLOW_BUNDLE') },
    activities: scripted(() => script),
    queues: ['workflows', 'checks', 'sync'],
    buildId,
  });
  running.push(...workers.map((worker) => ({ worker, end: worker.run() })));
}

const runUpkeep = (): Promise<unknown> =>
  client.workflow.execute('upkeep', { workflowId: workflowIds.upkeep(), taskQueue: taskQueues.workflows, args: [{}] });
const release = (buildId: string, patienceMs = 30_000): Promise<string | null> =>
  makeCurrent(connection.workflowService, { namespace, buildId, identity: 'test', patienceMs });

test('a version gets work once it is current, and gives new work up to the next one', async () => {
  await startVersion('first');
  const waiting = runUpkeep();
  expect(await release('first')).toBeNull();
  await waiting;
  await startVersion('second');
  await runUpkeep();
  expect(await release('second')).toBe('first');
  await runUpkeep();
  expect(workedBy).toEqual(['first', 'first', 'second']);
}, 90_000);

test('released again, nothing changes', async () => {
  await startVersion('again');
  await release('again');
  expect(await release('again')).toBe('again');
}, 60_000);

test('a version that no worker runs is refused, so that work never goes nowhere', async () => {
  await expect(release('nobody', 0)).rejects.toThrow();
  await startVersion('somebody');
  await release('somebody');
  await runUpkeep();
  expect(workedBy).toEqual(['somebody']);
}, 60_000);

test('the version of a bundle is told by its content alone', () => {
  expect(buildIdOf('code')).toBe(buildIdOf('code'));
  expect(buildIdOf('code')).not.toBe(buildIdOf('other code'));
  expect(buildIdOf('code')).toMatch(/^[0-9a-f]{16}$/);
});
