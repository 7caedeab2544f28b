import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { EventType } = proto.temporal.api.enums.v1;

/** What a workflow cost Temporal, over all its runs. */
export interface HistoryCost {
  readonly events: number;
  /** Of the longest run. */
  readonly eventsOfRun: number;
  /**
   * Billable actions as Temporal Cloud counts them (its documentation, "Temporal Cloud Actions"): starts, timers, upserts of search
   * attributes, Updates, signals, attempts of activities, and heartbeats that reach the server. Heartbeats leave no event; the SDK
   * lets one through at once and then one per 80 % of the time-out, so that many are counted for each attempt that may beat.
   */
  readonly actions: number;
  readonly runs: number;
}

const billed = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
]);

/** Follows a workflow from its first run to the one that stands now. */
export async function costOf(client: Client, workflowId: string, firstRunId: string): Promise<HistoryCost> {
  let [events, eventsOfRun, actions, runs] = [0, 0, 0, 0];
  let runId: string | undefined = firstRunId;
  while (runId) {
    const history = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    const beats = new Map<string, number>();
    let next: string | undefined;
    for (const event of history) {
      if (billed.has(event.eventType ?? EventType.EVENT_TYPE_UNSPECIFIED)) actions += 1;
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled) beats.set(String(event.eventId), 0.8 * Number(scheduled.heartbeatTimeout?.seconds ?? 0));
      const started = event.activityTaskStartedEventAttributes;
      if (started) actions += Number(started.attempt ?? 1);
      const everySeconds = beats.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId)) ?? 0;
      if (everySeconds > 0) actions += 1 + Math.floor(secondsBetween(history, event) / everySeconds);
      next ??= event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
    }
    events += history.length;
    eventsOfRun = Math.max(eventsOfRun, history.length);
    runs += 1;
    runId = next;
  }
  return { events, eventsOfRun, actions, runs };
}

type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

/** From the start of an activity to that completion. */
function secondsBetween(history: readonly HistoryEvent[], completed: HistoryEvent): number {
  const startedId = String(completed.activityTaskCompletedEventAttributes?.startedEventId);
  const started = history.find(({ eventId }) => String(eventId) === startedId);
  return Number(completed.eventTime?.seconds ?? 0) - Number(started?.eventTime?.seconds ?? 0);
}
