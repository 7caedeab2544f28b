import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { activityInfo } from '@temporalio/activity';
import type proto from '@temporalio/proto';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { useSkippingGround } from './ground.ts';
import { met, waitingOn } from './script.ts';

let code = '';
beforeAll(async () => {
  code = await bundleWorkflows(fileURLToPath(new URL('../../bench/long-wait-workflows.ts', import.meta.url)));
}, 60_000);
const ground = useSkippingGround({ workflowBundle: () => ({ code }) });

const dayMs = 86_400_000;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

/** A watch writes that it was started only when it is over, however often it was tried: all events before the first of those. */
function eventsUntilTheWaitEnds(events: readonly HistoryEvent[]): number {
  const watches = new Set(
    events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'watchStep' ? [String(eventId)] : [],
    ),
  );
  return events.findIndex(({ activityTaskStartedEventAttributes: started }) => watches.has(String(started?.scheduledEventId)));
}

test.each([
  { workflow: 'oneWait', days: 10, steps: ['waitA'] },
  // all ten days of five are the benchmark's: some 5,000 looks
  { workflow: 'fiveWaits', days: 2, steps: ['waitA', 'waitB', 'waitC', 'waitD', 'waitE'] },
])(
  '$workflow: $days days of waiting cost at most 60 history events, the start included',
  async ({ workflow, days, steps }) => {
    const { client, script, now } = ground();
    const until = (await now()) + days * dayMs;
    let looks = 0;
    for (const stepId of steps) {
      script.outcomes.set(stepId, () => {
        looks += 1;
        // the server's time of this attempt: asking it for the time would cost a call for each of some 5,000 looks
        return activityInfo().currentAttemptScheduledTimestampMs >= until ? met : waitingOn('admin');
      });
    }
    const input = { tenantId: randomUUID(), connectionId: randomUUID(), partner: 'hammertech' };
    const handle = await client.workflow.start(workflow, { workflowId: randomUUID(), taskQueue: 'workflows', args: [input] });
    await expect(handle.result()).resolves.toEqual({ ended: 'live' });
    expect(looks).toBeGreaterThan(90 * days * steps.length);
    const { events } = await handle.fetchHistory();
    expect(eventsUntilTheWaitEnds(events ?? [])).toBeLessThanOrEqual(60);
  },
  180_000,
);
