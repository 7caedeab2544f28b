import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isDatabaseAway } from '../../shared/store/away.ts';
import { Problem } from '../problem.ts';
import { logOf, requestIdOf } from './request-id.ts';

interface BodyFault {
  readonly type: string;
  readonly status: number;
}

const isBodyFault = (error: unknown): error is BodyFault =>
  error instanceof Error &&
  'type' in error &&
  typeof error.type === 'string' &&
  'status' in error &&
  typeof error.status === 'number';

const hasClientStatus = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500;

/** Converts whatever was thrown into a problem; the text of an unknown error is never shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isBodyFault(error)) {
    const body = (message: string) => ({ errors: [{ field: 'body', message }], cause: error });
    switch (error.type) {
      case 'entity.too.large':
        return new Problem('body-too-large', 'Send at most 64 KiB.', body('send at most 64 KiB'));
      case 'encoding.unsupported':
      case 'charset.unsupported':
        return new Problem(
          'content-type-not-json',
          'Send UTF-8 JSON without compression.',
          body('send UTF-8 JSON without compression'),
        );
      default:
        if (error.status < 500) return new Problem('malformed-request', 'Send the request again.', body('send the whole body'));
    }
  }
  if (hasClientStatus(error)) {
    const errors = [{ field: 'path', message: 'send an address whose escapes are well-formed UTF-8' }];
    return new Problem('malformed-request', 'Check the address.', { errors, cause: error });
  }
  if (isDatabaseAway(error))
    return new Problem(
      'not-available',
      'Send the same request again in a few seconds; under an Idempotency-Key nothing is done twice.',
      {
        headers: { 'Retry-After': '5' },
        cause: error,
      },
    );
  return new Problem('internal-fault', 'Nothing needs to be changed in the request; try again, and tell us the request id.', {
    cause: error,
  });
}

export function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).set(problem.headers).type('application/problem+json');
  response.send(JSON.stringify(problem.body(requestIdOf(response))));
}

/** The last middleware: every error is answered as a problem, and only our own faults are logged as errors. */
export function answerFaults(log: Logger): ErrorRequestHandler {
  return function answerFault(error: unknown, _request, response, next) {
    const problem = problemOf(error);
    if (problem.status >= 500) logOf(response, log).error({ err: problem.cause ?? problem }, 'request failed');
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
}
