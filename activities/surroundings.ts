import { Context } from '@temporalio/activity';
import { type Lane, laneOfPriority } from '../shared/domain/lanes.ts';

/** An activity's surroundings: how it learns that it is cancelled, and how it shows that it is alive. */
export interface Surroundings {
  readonly signal: AbortSignal;
  /** How urgent its calls are: from the priority that the workflow gave it. */
  readonly lane: Lane;
  heartbeat(detail: unknown): void;
  /** Called when a client waits for a far side's limits: until when, and why. */
  onWait(untilMs: number, why: string): void;
}

/** Surroundings of the current Temporal activity. */
export function temporalSurroundings(): Surroundings {
  const context = Context.current();
  return {
    signal: context.cancellationSignal,
    lane: laneOfPriority(context.info.priority?.priorityKey),
    heartbeat: (detail) => context.heartbeat(detail),
    onWait: (untilMs, why) => context.heartbeat({ untilMs, why }),
  };
}
