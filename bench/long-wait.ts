import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { type Outcome, outcomeKey } from '../shared/domain/steps.ts';
import type { Pace } from '../shared/domain/workflow-inputs.ts';
import { notYet } from '../shared/temporal/failures.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { importEngines } from './engines.ts';
import { costOf } from './histories.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';
import { quietRuntime } from './temporal.ts';

const waitedDays = 10;
const dayMs = 86_400_000;
const mostEvents = 60;
const mostShare = 0.01;
/** Counts hardly move between rounds, and skipping ten days of five watches takes its time. */
const rounds = 5;

const pace: Pace = {
  watchFirstMs: 5000,
  watchCeilingMs: 900_000,
  fastAttempts: 10,
  fastCeilingMs: 60_000,
  slowMs: 300_000,
  heartbeatMs: 60_000,
  careRoundMs: 3_600_000,
  cycleBusyMs: 300_000,
  cycleQuietMs: 3_600_000,
};
const waits: Outcome = { state: 'waiting', on: 'admin', seen: 'nothing yet', needed: 'a credential', where: 'the checklist' };

/** History events of steps that wait ten skipped days. Ours: watches of the step engine. Theirs: a timer loop, of one step. */
export async function run(): Promise<BenchResult> {
  return await withWorld(async (world) => {
    const [one, five, theirs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round <= rounds; round += 1) {
      const counted = [
        await world.eventsOf('oneWait'),
        await world.eventsOf('fiveWaits'),
        await world.eventsOf('timerLoop'),
      ] as const;
      if (round === 0) continue;
      one.push(counted[0]);
      five.push(counted[1]);
      theirs.push(counted[2]);
    }
    const loop = spreadOf(theirs, 'events');
    const parts = [partOf('one step', one, loop, 1), partOf('five steps', five, { ...loop, median: loop.median * 5 }, 5)];
    const worst = parts.reduce((found, part) => (part.ours.median > found.ours.median ? part : found));
    return { ...worst, name: 'long-wait', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
  });
}

function partOf(name: string, ours: readonly number[], theirs: BenchResult['theirs'], steps: number) {
  const spread = spreadOf(ours, 'events');
  const ratio = spread.median / theirs.median;
  const gate = `<= ${mostEvents} events, ratio <= ${mostShare}`;
  const theirSpread = { ...theirs, least: theirs.least * steps, most: theirs.most * steps };
  return { name, ratio, gate, ok: spread.most <= mostEvents && ratio <= mostShare, ours: spread, theirs: theirSpread, rounds };
}

export interface WaitingWorld {
  /** Runs the workflow until it has waited ten days and ended; answers the events of all its runs. */
  eventsOf(workflow: 'oneWait' | 'fiveWaits' | 'timerLoop'): Promise<number>;
}

/** A time-skipping server, a worker, and checks that wait ten days. The test of the gate measures with it too. */
export async function withWorld<Answer>(measure: (world: WaitingWorld) => Promise<Answer>): Promise<Answer> {
  quietRuntime();
  const path = await (await importEngines()).ensureTestServer();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  try {
    await environment.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: indexed });
    const workers = await createWorkers(environment);
    const running = workers.map((worker) => worker.run());
    try {
      return await measure({ eventsOf: (workflow) => eventsOf(environment, workflow) });
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    }
  } finally {
    await environment.teardown();
  }
}

const indexed = { Tenant: 2, Partner: 2, Company: 2, Project: 2, Stage: 2, WaitingOn: 7, StuckReason: 7, NeedsAttention: 5 };

async function createWorkers({ nativeConnection: connection, currentTimeMs }: TestWorkflowEnvironment): Promise<Worker[]> {
  const code = await bundleWorkflows(fileURLToPath(new URL('./long-wait-workflows.ts', import.meta.url)));
  const activities = waitingActivities(() => currentTimeMs());
  return await Promise.all([
    Worker.create({ connection, taskQueue: 'workflows', workflowBundle: { code } }),
    Worker.create({ connection, taskQueue: 'checks', activities }),
  ]);
}

/** Each connection's steps wait until ten days after it was first seen. */
function waitingActivities(nowMs: () => Promise<number>) {
  const seenAt = new Map<string, number>();
  const look = async (connectionId: string): Promise<Outcome> => {
    const now = await nowMs();
    const since = seenAt.get(connectionId) ?? now;
    seenAt.set(connectionId, since);
    return now - since >= waitedDays * dayMs ? { state: 'met', evidence: {} } : waits;
  };
  return {
    openOnboarding: async () => ({ pace, stage: 'onboarding', companyId: null, steps: [], commandCursor: '0' }),
    checkStep: ({ connectionId }: { connectionId: string }) => look(connectionId),
    watchStep: async ({ connectionId, known }: { connectionId: string; known: string | null }) => {
      const outcome = await look(connectionId);
      if (outcomeKey(outcome) !== known) return outcome;
      throw notYet('it waits');
    },
    remind: async () => undefined,
    endOnboarding: async () => undefined,
  };
}

async function eventsOf({ client }: TestWorkflowEnvironment, workflow: string): Promise<number> {
  const input = { tenantId: randomUUID(), connectionId: randomUUID(), partner: 'hammertech' };
  const workflowId = `${workflow}-${input.connectionId}`;
  const handle = await client.workflow.start(workflow, { workflowId, taskQueue: 'workflows', args: [input] });
  await handle.result();
  return (await costOf(client, workflowId, handle.firstExecutionRunId)).events;
}
