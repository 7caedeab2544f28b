import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Activities, LinkRef } from '../activities/contract.ts';
import { timingsOf } from '../shared/config/pace.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { generateKey } from '../shared/security/keys.ts';
import { oneCodecKey } from '../shared/security/payload-codec.ts';
import { connectTemporal } from '../shared/temporal/connection.ts';
import { sealedDataConverter } from '../shared/temporal/data-converter.ts';
import { startProjectSync } from '../shared/temporal/starts.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { createWorkers } from '../worker/workers.ts';
import { startBenchTemporal } from './engines.ts';
import { type BenchResult, thisMachine } from './result.ts';
import { inSeconds, interleave } from './rounds.ts';
import { quietRuntime } from './temporal.ts';

const gate = 0.8;
const loopCount = 12;
/** Of each loop's history. */
const leastEvents = 700;
const rounds = 4;
const namespace = 'default';
const keys = oneCodecKey('bench', generateKey());

/** The activities of a loop, which only tell when a loop has come by. */
interface World {
  pauseMs: number;
  cameBy(loop: LinkRef): void;
}

/**
 * From starting a worker with an empty cache until every loop, each woken once, has run its next activity. Ours: the worker as it is.
 * Theirs: with as many workflow tasks at once as the SDK takes by itself.
 */
export async function run(): Promise<BenchResult> {
  quietRuntime();
  const [temporal, code] = await Promise.all([startBenchTemporal(), bundleWorkflows()]);
  const { address } = temporal;
  const connection = await NativeConnection.connect({ address });
  const client = connectTemporal({ connectionOptions: { address }, namespace, keys, caller: 'bench' });
  const loops = Array.from({ length: loopCount }, () => ({ tenantId: randomUUID(), projectLinkId: randomUUID() }));
  const world: World = { pauseMs: 0, cameBy: () => undefined };
  const working = async <Result>(workflowSlots: number | undefined, work: () => Promise<Result>): Promise<Result> => {
    const workers = await createWorkers({
      connection,
      namespace,
      dataConverter: sealedDataConverter(namespace, keys),
      workflowBundle: { code },
      activities: activitiesOf(world),
      queues: ['workflows', 'sync'],
      workflowSlots,
    });
    const running = Promise.all(workers.map((worker) => worker.run()));
    try {
      return await work();
    } finally {
      for (const worker of workers) worker.shutdown();
      await running;
    }
  };
  try {
    for (const loop of loops) await startProjectSync(client, { ...loop, partner: 'hammertech', generation: 1 });
    await working(undefined, () => untilLong(client, loops));
    world.pauseMs = timingsOf('production').cycleQuietMs;
    const restarted = (workflowSlots?: number) => () => working(workflowSlots, () => allCameBy(world, client, loops));
    const { measured, speedRatio } = await interleave(
      rounds,
      { times: 1, run: restarted() },
      { times: 1, run: restarted(sdkSlots) },
    );
    const ratio = 1 / speedRatio;
    const took = { ours: inSeconds(measured.ours), theirs: inSeconds(measured.theirs), rounds: measured.rounds };
    return { name: 'worker-restart', ratio, gate: `<= ${gate}`, ok: ratio <= gate, ...took, machine: thisMachine() };
  } finally {
    await client.connection.close();
    await connection.close();
    await temporal.stop();
  }
}

/** `maxConcurrentWorkflowTaskExecutions` where it is not set. */
const sdkSlots = 40;

function activitiesOf(world: World): Activities {
  const pace = () => ({ ...timingsOf('production'), cyclesPerRun: 10_000, cycleBusyMs: 1, cycleQuietMs: world.pauseMs });
  const own: Pick<Activities, 'openCycle' | 'runStream' | 'closeCycle'> = {
    openCycle: async () => ({
      current: true,
      pace: pace(),
      companyId: '8089',
      procoreProjectId: '4500',
      streams: ['manpower'],
      paused: false,
    }),
    runStream: async (loop) => {
      world.cameBy(loop);
      return { stream: 'manpower', pulled: 0, unchanged: 0, created: 0, updated: 0, parked: 0, open: 0, reasons: {} };
    },
    closeCycle: async () => undefined,
  };
  return own as Activities; // the loops call no others
}

async function untilLong(client: Client, loops: readonly LinkRef[]): Promise<void> {
  for (const { tenantId, projectLinkId } of loops) {
    const handle = client.workflow.getHandle(workflowIds.projectSync(tenantId, projectLinkId));
    while ((await handle.describe()).historyLength < leastEvents) await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function allCameBy(world: World, client: Client, loops: readonly LinkRef[]): Promise<void> {
  const missing = new Set(loops.map(({ projectLinkId }) => projectLinkId));
  return new Promise((resolve, reject) => {
    world.cameBy = ({ projectLinkId }) => {
      missing.delete(projectLinkId);
      if (missing.size === 0) resolve();
    };
    for (const { tenantId, projectLinkId } of loops)
      client.workflow.getHandle(workflowIds.projectSync(tenantId, projectLinkId)).signal('recordsChanged').catch(reject);
  });
}
