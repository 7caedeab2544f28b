import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleUpdateOptions } from '@temporalio/client';
import { taskQueues, workflowIds } from '../shared/domain/ids.ts';

const schedule = (everyMs: number) =>
  ({
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'upkeep',
      workflowId: workflowIds.upkeep(),
      taskQueue: taskQueues.workflows,
      args: [{}],
      staticSummary: 'makes Temporal match the database',
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  }) satisfies Pick<ScheduleUpdateOptions, 'spec' | 'action' | 'policies'>;

/** Creates the only Schedule, or updates its interval; safe for several workers at once. One that support paused stays paused. */
export async function ensureUpkeepSchedule(client: Client, everyMs: number): Promise<void> {
  const wanted = schedule(everyMs);
  try {
    await client.schedule.create({ scheduleId: workflowIds.upkeep(), ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(workflowIds.upkeep()).update((previous) => ({ ...wanted, state: previous.state }));
  }
}
