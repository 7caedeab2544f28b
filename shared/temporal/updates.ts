import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { faultTable, isFaultKind } from '../domain/faults.ts';
import type { MessageName } from '../domain/messages.ts';
import { PayloadRefused } from './client-interceptor.ts';

/**
 * How an Update ended within its deadline. `refused`: by its validator or permanently, with a sentence; `later`: not delivered,
 * not finished in time, or a temporary failure; the same `updateId` may be sent again.
 */
export type UpdateEnd =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly says: string }
  | { readonly kind: 'later'; readonly says: string };

export interface UpdateRequest {
  readonly workflowId: string;
  readonly name: MessageName;
  readonly message: unknown;
  /** Makes a resend the same Update. */
  readonly updateId: string;
  readonly deadlineMs: number;
}

const resourceExhausted = 8;
const pauseMs = 150;

/** Sends one Update and never throws. If the server refuses it because ten are in flight, it is resent until the deadline. */
export async function sendUpdate(client: Client, request: UpdateRequest): Promise<UpdateEnd> {
  const deadline = Date.now() + request.deadlineMs;
  for (;;) {
    try {
      return { kind: 'answered', answer: await execute(client, request, deadline) };
    } catch (error) {
      if (!isCrowded(error) || Date.now() + pauseMs >= deadline) return endOf(error);
      await sleep(pauseMs);
    }
  }
}

const execute = (client: Client, { workflowId, name, message, updateId }: UpdateRequest, deadline: number): Promise<unknown> =>
  client.withDeadline(deadline, () => client.workflow.getHandle(workflowId).executeUpdate(name, { args: [message], updateId }));

function endOf(error: unknown): UpdateEnd {
  if (error instanceof PayloadRefused) return { kind: 'refused', says: error.message };
  if (error instanceof WorkflowUpdateFailedError) return endOfFailure(error.cause);
  if (error instanceof WorkflowNotFoundError)
    return { kind: 'later', says: 'The run is not there at the moment; it will be told when it is.' };
  return { kind: 'later', says: 'The run did not answer in time; it will be told again.' };
}

function endOfFailure(cause: unknown): UpdateEnd {
  if (!(cause instanceof ApplicationFailure)) return { kind: 'later', says: 'The run ended meanwhile.' };
  const isFinal =
    cause.type === 'refused' ||
    cause.type === 'unsealed' ||
    takesNoSuch.test(cause.message) ||
    (isFaultKind(cause.type) && faultTable[cause.type].handling !== 'retry');
  return { kind: isFinal ? 'refused' : 'later', says: cause.message };
}

/** The SDK worker's message for a name without a handler; it has no error type of its own. */
const takesNoSuch = /^No registered handler for update\b/;

const isCrowded = (error: unknown): boolean => serviceErrors(error).some((one) => Number(one.code) === resourceExhausted);

function serviceErrors(error: unknown): { readonly code: number }[] {
  const found: { readonly code: number }[] = [];
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    if (isGrpcServiceError(current)) found.push(current);
    current = current.cause;
  }
  return found;
}
