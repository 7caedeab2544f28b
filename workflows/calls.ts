import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { ChecksActivities, MailActivities, SyncActivities, UpkeepActivities } from '../activities/contract.ts';
import { taskQueues } from '../shared/domain/ids.ts';
import { type Lane, priorityOf } from '../shared/domain/lanes.ts';
import type { Pace } from '../shared/domain/workflow-inputs.ts';
import { type Call, fastRetry, slowRetry } from './retries.ts';

/** An activity as the proxies give it: called with options of the call. */
interface Callable<Input, Answer> {
  executeWithOptions(options: ActivityOptions, args: [Input]): Promise<Answer>;
}

/** A person may be waiting. A check may read many pages, so 4 min end a hung one; a lost worker is noticed by the missing heartbeat. */
export const checks = proxyActivities<ChecksActivities>({
  taskQueue: taskQueues.checks,
  startToCloseTimeout: '4 minutes',
  cancellationType: 'TRY_CANCEL',
  priority: priorityOf('onboarding'),
});

/** Bookkeeping in the store alone: 30 s are plenty. */
export const rows = proxyActivities<
  Pick<SyncActivities, 'openCycle' | 'closeCycle' | 'setPaused' | 'retryItems' | 'resolveItem'>
>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '30 seconds',
  cancellationType: 'TRY_CANCEL',
});

/** A first sync may take an hour of calls, and so may foreseeing it. */
export const streams = proxyActivities<Pick<SyncActivities, 'runStream' | 'dryRunStream'>>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '2 hours',
  cancellationType: 'TRY_CANCEL',
  priority: priorityOf('polling'),
});

/** One round over all tenants; heartbeats, and the next round repeats whatever was left. */
export const upkeepCalls = proxyActivities<UpkeepActivities>({
  taskQueue: taskQueues.sync,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '60 seconds',
  retry: { maximumAttempts: 3 },
});

/** A person may be waiting for the mail. A server that is away is no failure of the call; three attempts are for a lost worker. */
export const mailCalls = proxyActivities<MailActivities>({
  taskQueue: taskQueues.checks,
  startToCloseTimeout: '4 minutes',
  retry: { maximumAttempts: 3 },
});

/** How a call is tried again, and how long it may be silent. */
type CallPace = Pick<Pace, 'fastAttempts' | 'fastCeilingMs' | 'slowMs' | 'heartbeatMs'>;

/** The fast and the slow call of one activity, with the summary that the UI shows beside it; its proxy's lane where none is given. */
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
