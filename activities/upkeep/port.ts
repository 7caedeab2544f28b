import type { MessageName } from '../../shared/domain/messages.ts';
import type { DesiredRun } from '../../shared/store/desired-runs.ts';

/** Temporal as far as upkeep and the start of loops need it. */
export interface Runs {
  /** Starts a wanted run; where it runs already, nothing happens. */
  startWanted(tenantId: string, run: DesiredRun): Promise<void>;
  /** Sends an Update with a deadline; `updateId` makes a repeat the same Update. `later`: nobody took it in time. */
  deliverCommand(
    workflowId: string,
    name: MessageName,
    message: unknown,
    updateId: string,
  ): Promise<'answered' | 'refused' | 'later'>;
  /** Ids of all living workflows of our types, perhaps seconds old. */
  listRunning(): AsyncIterable<string>;
  /** Asks a run to end, with a reason that support can read. */
  stop(workflowId: string, reason: string): Promise<void>;
}
