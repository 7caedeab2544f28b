import { Context } from '@temporalio/activity';
import { type Lane, laneOfPriority } from '../shared/domain/lanes.ts';

/** What an activity has around it: how it learns that nobody wants it any more, and how it shows that it lives. */
export interface Surroundings {
  readonly signal: AbortSignal;
  /** How urgent its calls are: the priority that the workflow gave it. */
  readonly lane: Lane;
  heartbeat(detail: unknown): void;
  /** A client waits for a far side's limits, until then and for that reason. */
  onWait(untilMs: number, why: string): void;
}

/** Of the activity that runs now. */
export function temporalSurroundings(): Surroundings {
  const context = Context.current();
  return {
    signal: context.cancellationSignal,
    lane: laneOfPriority(context.info.priority?.priorityKey),
    heartbeat: (detail) => context.heartbeat(detail),
    onWait: (untilMs, why) => context.heartbeat({ untilMs, why }),
  };
}
