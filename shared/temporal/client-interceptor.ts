import type { WorkflowClientInterceptor } from '@temporalio/client';
import { payloadObjection, secretObjection } from './payload-guard.ts';
import { carriesSecret } from './without-secrets.ts';

/** Thrown before anything was sent: a resend would be refused again. */
export class PayloadRefused extends Error {}

/** Refuses, before anything is sent, arguments that are too large or carry a secret. */
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
  const objection = payloadObjection(at, args) ?? (carriesSecret(args) ? secretObjection(at) : undefined);
  if (objection !== undefined) throw new PayloadRefused(objection);
}
