import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../activities/contract.ts';
import { taskQueues } from '../shared/domain/ids.ts';
import { identityOf } from '../shared/temporal/connection.ts';
import { activityInterceptors } from './interceptors/activity.ts';
import { deploymentName } from './release.ts';

export type TaskQueueName = keyof typeof taskQueues;

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly workflowBundle: WorkflowBundleOption;
  readonly activities: Activities;
  readonly queues: readonly TaskQueueName[];
  /** Build id of a versioned deployment; unversioned if absent. */
  readonly buildId?: string | undefined;
  /** Workflows kept in memory. Those that wake together should fit: a miss replays. About 0.1 MB each. */
  readonly maxCachedWorkflows?: number | undefined;
  /**
   * Workflow tasks taken at once. One thread runs them in turn, and the server takes a task back after 10 s: behind a start, when
   * every loop is replayed, few are ready in time and many are all late, again and again (docs/adr/0044).
   */
  readonly workflowSlots?: number | undefined;
}

/** Slots of an activity worker: a check is short and a person waits; a stream is long bulk work. */
const activitySlots: Readonly<Record<'checks' | 'sync', number>> = { checks: 50, sync: 40 };

/** One worker per task queue, all in this process and on one connection; each queue can be scaled alone. */
export function createWorkers(settings: WorkerSettings): Promise<Worker[]> {
  const identity = identityOf('worker');
  return Promise.all(settings.queues.map((queue) => Worker.create(optionsOf(settings, queue, identity))));
}

function optionsOf(settings: WorkerSettings, queue: TaskQueueName, identity: string): WorkerOptions {
  const { connection, namespace, dataConverter, buildId } = settings;
  const common: WorkerOptions = {
    connection,
    namespace,
    dataConverter,
    identity,
    taskQueue: taskQueues[queue],
    shutdownGraceTime: '25 seconds',
    shutdownForceTime: '35 seconds',
    ...(buildId === undefined ? {} : { workerDeploymentOptions: versioned(buildId) }),
  };
  if (queue === 'workflows') {
    const { workflowBundle, maxCachedWorkflows = 1000, workflowSlots = 4 } = settings;
    return { ...common, workflowBundle, maxCachedWorkflows, maxConcurrentWorkflowTaskExecutions: workflowSlots };
  }
  return {
    ...common,
    activities: settings.activities,
    interceptors: { activity: [activityInterceptors] },
    maxConcurrentActivityTaskExecutions: activitySlots[queue],
  };
}

const versioned = (buildId: string) => ({
  useWorkerVersioning: true as const,
  version: { deploymentName, buildId },
  defaultVersioningBehavior: 'PINNED' as const,
});
