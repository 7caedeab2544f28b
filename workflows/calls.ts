import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { ChecksActivities, MailActivities, SyncActivities, UpkeepActivities } from '../activities/contract.ts';
import { taskQueues } from '../shared/domain/ids.ts';
import { type Lane, priorityOf } from '../shared/domain/lanes.ts';
import type { Pace } from '../shared/domain/workflow-inputs.ts';
import { type Call, fastRetry, slowRetry } from './retries.ts';

/** An activity as the proxies return it: called with options for the call. */
interface Callable<Input, Answer> {
  executeWithOptions(options: ActivityOptions, args: [Input]): Promise<Answer>;
}

/** A person may be waiting. A check may read many pages; a hung one ends after 4 min. A missing heartbeat shows a lost worker. */
export const checks = proxyActivities<ChecksActivities>({
  taskQueue: taskQueues.checks,
  startToCloseTimeout: '4 minutes',
  cancellationType: 'TRY_CANCEL',
  priority: priorityOf('onboarding'),
});

/** Only reads and writes the store: 30 s are plenty. */
export const rows = proxyActivities<
  Pick<SyncActivities, 'openCycle' | 'closeCycle' | 'setPaused' | 'retryItems' | 'resolveItem'>
>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '30 seconds',
  cancellationType: 'TRY_CANCEL',
});

/** A first sync, or its dry run, may take an hour of calls. */
export const streams = proxyActivities<Pick<SyncActivities, 'runStream' | 'dryRunStream'>>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '2 hours',
  cancellationType: 'TRY_CANCEL',
  priority: priorityOf('polling'),
});

/** One round over all tenants, with heartbeats; the next round repeats what was left. */
export const upkeepCalls = proxyActivities<UpkeepActivities>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '60 seconds',
  retry: { maximumAttempts: 3 },
});

/** A person may be waiting. An unreachable mail server does not fail the call; the three attempts are for a lost worker. */
export const mailCalls = proxyActivities<MailActivities>({
  taskQueue: taskQueues.checks,
  startToCloseTimeout: '4 minutes',
  retry: { maximumAttempts: 3 },
});

/** How a call is retried, and how long it may go without a heartbeat. */
type CallPace = Pick<Pace, 'fastAttempts' | 'fastCeilingMs' | 'slowMs' | 'heartbeatMs'>;

/** The fast and the slow call of one activity, with the summary shown in the UI; the lane of its proxy unless one is given. */
export const phasesOf = <Input, Answer>(
  activity: Callable<Input, Answer>,
  { heartbeatMs, ...pace }: CallPace,
  summary: string,
  lane?: Lane,
): readonly [fast: Call<Input, Answer>, slow: Call<Input, Answer>] => {
  const options = { heartbeatTimeout: heartbeatMs, ...(lane && { priority: priorityOf(lane) }) };
  const slowly = `${summary} (slow retries; Reset = now)`;
  return [
    (input) => activity.executeWithOptions({ ...options, summary, retry: fastRetry(pace) }, [input]),
    (input) => activity.executeWithOptions({ ...options, summary: slowly, retry: slowRetry(pace) }, [input]),
  ];
};
