import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type Client, Client as TemporalClient, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/contract.ts';
import type { Pace } from '../../shared/domain/workflow-inputs.ts';
import { sealedDataConverter } from '../../shared/temporal/data-converter.ts';
import { createWorkers } from '../../worker/workers.ts';
import { required } from '../support/database.ts';
import { indexedTypes, makeNamespace, testCodecKeys } from './namespace.ts';
import { endLeftRuns } from './runs.ts';
import { createScript, quickPace, type Script, scripted, testPace } from './script.ts';

export interface Ground {
  readonly client: Client;
  /** Speaks without our codec, as somebody would who reached the port. */
  readonly plain: Client;
  readonly namespace: string;
  /** Plays on until the test ends; made anew for each test. */
  readonly script: Script;
  /** Skipped time, where the server can; else real. */
  readonly now: () => Promise<number>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly restartWorkers: () => Promise<void>;
}

export interface GroundOptions {
  readonly workflowBundle?: () => { codePath: string } | { code: string };
  readonly maxCachedWorkflows?: number;
  /** In place of those that play the script; asked for when workers start. */
  readonly activities?: () => Activities;
}

/** The time-skipping server, our bundle, and activities that play a script. */
export const useSkippingGround = (options: GroundOptions = {}): (() => Ground) =>
  useGround(options, testPace, async () => {
    const executable = { type: 'existing-path' as const, path: required('GROUNDWORK_TEST_SERVER') };
    const environment = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable },
      client: sealedClient('default'),
    });
    await environment.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: indexedTypes });
    return environment;
  });

/** The real server of the run, in a namespace of this file's own. */
export const useRealGround = (options: GroundOptions = {}): (() => Ground) =>
  useGround(options, quickPace, async () => {
    const address = required('GROUNDWORK_TEMPORAL_ADDRESS');
    const namespace = `file-${randomUUID().slice(0, 8)}`;
    await makeNamespace(address, namespace);
    return await TestWorkflowEnvironment.createFromExistingServer({ address, namespace, client: sealedClient(namespace) });
  });

const sealedClient = (namespace: string) => ({ dataConverter: sealedDataConverter(namespace, testCodecKeys) });

function useGround(options: GroundOptions, pace: Pace, open: () => Promise<TestWorkflowEnvironment>): () => Ground {
  let environment: TestWorkflowEnvironment | undefined;
  let ground: Ground | undefined;
  let running: { workers: Worker[]; runs: Promise<void>[] } | undefined;
  let script = createScript(pace);

  const startWorkers = async (env: TestWorkflowEnvironment): Promise<void> => {
    const workers = await createWorkers({
      connection: env.nativeConnection,
      namespace: env.namespace ?? 'default',
      dataConverter: sealedDataConverter(env.namespace ?? 'default', testCodecKeys),
      workflowBundle: options.workflowBundle?.() ?? { codePath: required('GROUNDWORK_WORKFLOW_BUNDLE') },
      activities: options.activities?.() ?? scripted(() => script),
      queues: ['workflows', 'checks', 'sync'],
      maxCachedWorkflows: options.maxCachedWorkflows,
    });
    running = { workers, runs: workers.map((worker) => worker.run()) };
  };
  const stopWorkers = async (): Promise<void> => {
    for (const worker of running?.workers ?? []) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all(running?.runs ?? []);
    running = undefined;
  };

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
    const env = await open();
    environment = env;
    await startWorkers(env);
    const namespace = env.namespace ?? 'default';
    ground = {
      client: env.client,
      plain: new TemporalClient({ connection: env.client.connection, namespace }),
      namespace,
      get script() {
        return script;
      },
      now: () => env.currentTimeMs(),
      sleep: (ms) => env.sleep(ms),
      restartWorkers: async () => {
        await stopWorkers();
        await startWorkers(env);
      },
    };
  }, 60_000);

  afterEach(async () => {
    await endLeftRuns();
    script = createScript(pace);
  });

  afterAll(async () => {
    await stopWorkers();
    await environment?.teardown();
  });

  return () => {
    if (ground === undefined) throw new Error('the ground is there inside tests only');
    return ground;
  };
}

/** History events of one run by type. */
export async function eventsOf(
  handle: WorkflowHandle,
): Promise<{ readonly total: number; readonly types: ReadonlyMap<string, number> }> {
  const { events } = await handle.fetchHistory();
  const types = new Map<string, number>();
  for (const event of events ?? []) types.set(String(event.eventType), (types.get(String(event.eventType)) ?? 0) + 1);
  return { total: events?.length ?? 0, types };
}
