import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { isCancellation, log, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { payloadObjection } from '../../shared/temporal/payload-guard.ts';

/**
 * Part of the bundle. A failure that escapes workflow code would end the workflow for good; here it fails the workflow task
 * instead, which is retried until fixed code is deployed. Update inputs pass the guard before they are written to history; inputs
 * of activities and of the next run before they are sent.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          throw keptAlive(error);
        }
      },
      validateUpdate(input, next) {
        next(input); // shape errors first: they name the field
        const objection = payloadObjection(`Update ${input.name}`, input.args);
        if (objection !== undefined) throw ApplicationFailure.nonRetryable(objection, 'refused');
      },
      async handleSignal(input, next) {
        try {
          await next(input);
        } catch (error) {
          if (isCancellation(error)) throw error;
          log.warn('a signal was dropped', { signal: input.signalName, error: error instanceof Error ? error.name : 'unknown' });
        }
      },
    },
  ],
  outbound: [
    {
      scheduleActivity(input, next) {
        check(`input of ${input.activityType}`, input.args);
        return next(input);
      },
      continueAsNew(input, next) {
        check('state for the next run', input.args);
        return next(input);
      },
    },
  ],
});

function keptAlive(error: unknown): unknown {
  if (!(error instanceof TemporalFailure) || error instanceof CancelledFailure || isCancellation(error)) return error;
  return new Error(`a failure escaped the workflow: ${error.message}`);
}

function check(at: string, args: unknown): void {
  const objection = payloadObjection(at, args);
  if (objection !== undefined) throw new Error(objection);
}
