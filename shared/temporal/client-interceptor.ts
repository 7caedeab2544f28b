import type { WorkflowClientInterceptor } from '@temporalio/client';
import { payloadObjection } from './payload-guard.ts';

/** Refuses, before anything is sent, arguments that are too large or look like a secret. */
export const guardedClient: WorkflowClientInterceptor = {
  startWithDetails(input, next) {
    check(`input of ${input.workflowType}`, input.options.args);
    return next(input);
  },
  startUpdate(input, next) {
    check(`Update ${input.updateName}`, input.args);
    return next(input);
  },
  signal(input, next) {
    check(`signal ${input.signalName}`, input.args);
    return next(input);
  },
};

function check(at: string, args: unknown): void {
  const objection = payloadObjection(at, args);
  if (objection !== undefined) throw new Error(objection);
}
