import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { ChecksActivities } from '../activities/contract.ts';
import { timingsOf } from '../shared/config/pace.ts';
import { taskQueues } from '../shared/domain/ids.ts';
import { searchAttributeNames } from '../shared/domain/messages.ts';
import { type Outcome, outcomeKey } from '../shared/domain/steps.ts';
import { notYet } from '../shared/temporal/failures.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { importEngines } from './engines.ts';
import { costOf, type HistoryCost } from './histories.ts';
import type { LoopActivities } from './long-wait-workflows.ts';
import { type BenchResult, spreadOf, thisMachine } from './result.ts';
import { quietRuntime } from './temporal.ts';

const gates = { events: 60, ratio: 0.01 };
const waited = '10 days';
/** The first is dropped. */
const rounds = 5;

/**
 * History of a wait of ten skipped days: one step of our onboarding, and five at once, against a loop of checks and timers, 5 s
 * doubling to 15 min. Reminders are not counted: the steps have none.
 */
export async function run(): Promise<BenchResult> {
  quietRuntime();
  const code = await bundleWorkflows(fileURLToPath(new URL('./long-wait-workflows.ts', import.meta.url)));
  const path = await (await importEngines()).ensureTestServer();
  const costs = { one: [] as HistoryCost[], five: [] as HistoryCost[], loop: [] as HistoryCost[] };
  for (let round = 0; round < rounds; round += 1) {
    const [one, loop, five] = [
      await waitOn(path, code, startSteps('oneWait')),
      await waitOn(path, code, startLoop),
      await waitOn(path, code, startSteps('fiveWaits')),
    ];
    if (round === 0) continue;
    costs.one.push(one);
    costs.loop.push(loop);
    costs.five.push(five);
  }
  const theirs = spreadOf(
    costs.loop.map(({ events }) => events),
    'events',
  );
  const part = (name: string, own: readonly HistoryCost[]) => {
    const ours = spreadOf(
      own.map(({ events }) => events),
      'events',
    );
    const ratio = ours.median / theirs.median;
    const ok = ours.most <= gates.events && ratio <= gates.ratio;
    return { name, ratio, gate: `<= ${gates.ratio}, <= ${gates.events} events`, ok, ours, theirs, rounds: own.length };
  };
  const parts = [part('one step', costs.one), part('five steps', costs.five)] as const;
  const [, tightest] = parts;
  return { ...tightest, name: 'long-wait', ok: parts.every(({ ok }) => ok), machine: thisMachine(), parts };
}

type Start = (env: TestWorkflowEnvironment) => Promise<WorkflowHandleWithFirstExecutionRunId>;

/** A server of its own for each wait: skipped time is everybody's. */
async function waitOn(path: string, code: string, start: Start): Promise<HistoryCost> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  try {
    await env.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
    const activities = { ...awaitingActivities, ...loopActivities };
    const common = { connection: env.nativeConnection, activities };
    const workers = await Promise.all([
      Worker.create({ ...common, taskQueue: taskQueues.workflows, workflowBundle: { code } }),
      Worker.create({ ...common, taskQueue: taskQueues.checks }),
    ]);
    return await workers.reduce<() => Promise<HistoryCost>>(
      (work, worker) => () => worker.runUntil(work),
      async () => {
        const handle = await start(env);
        await env.sleep(waited);
        const cost = await costOf(env.client, handle.workflowId, handle.firstExecutionRunId);
        await handle.terminate('the wait was long enough');
        return cost;
      },
    )();
  } finally {
    await env.teardown();
  }
}

const startLoop: Start = (env) =>
  env.client.workflow.start('timerLoop', { taskQueue: taskQueues.workflows, workflowId: randomUUID() });

const startSteps =
  (workflow: 'oneWait' | 'fiveWaits'): Start =>
  (env) => {
    const input = { tenantId: randomUUID(), connectionId: randomUUID(), partner: 'hammertech' };
    return env.client.workflow.start(workflow, { taskQueue: taskQueues.workflows, workflowId: randomUUID(), args: [input] });
  };

const awaited: Outcome = { state: 'waiting', on: 'admin', seen: 'nothing yet', needed: 'something', where: 'the checklist' };

const awaitingActivities: Pick<ChecksActivities, 'openOnboarding' | 'checkStep' | 'watchStep'> = {
  openOnboarding: async () => ({
    pace: timingsOf('production'),
    stage: 'onboarding',
    companyId: null,
    steps: [],
  }),
  checkStep: async () => awaited,
  watchStep: async ({ known }) => {
    if (outcomeKey(awaited) === known) throw notYet('nothing yet');
    return awaited;
  },
};

const loopActivities: LoopActivities = { lookForIt: async () => false };

/** By name, as the operator service numbers their types: Keyword 2, Bool 5, KeywordList 7. */
const searchAttributes = Object.fromEntries(
  Object.values(searchAttributeNames).map((name) => {
    if (name === searchAttributeNames.needsAttention) return [name, 5];
    const isList = name === searchAttributeNames.waitingOn || name === searchAttributeNames.stuckReason;
    return [name, isList ? 7 : 2];
  }),
);
