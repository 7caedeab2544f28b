import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { VNode } from 'preact';
import { problemOf } from '../middleware/faults.ts';
import { logOf, requestIdOf } from '../middleware/request-id.ts';
import { type Help, htmlOf } from './layout.tsx';
import { type Refusal, RefusalPage } from './refusal-page.tsx';

/** Thrown if a page cannot continue; answered as a page with this status. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
  readonly status: number;
  readonly refusal: Refusal;
  /** Of the partner that it is about; undefined: it is not known. */
  readonly help: Help | undefined;

  constructor(status: number, refusal: Refusal, help?: Help) {
    super(refusal.title);
    this.status = status;
    this.refusal = refusal;
    this.help = help;
  }
}

export function sendPage(response: Response, status: number, page: VNode): void {
  response.status(status).type('html').send(htmlOf(page));
}

/**
 * Answers errors of pages as pages: plain words, and an id to quote if the fault is ours. They name the contact of the partner that
 * they are about; where none is known whoever sent the link, and the contacts of all (`ofAll`), each by its partner's name.
 */
export function answerPageFaults(log: Logger, ofAll: readonly Help[]): ErrorRequestHandler {
  return function answerPageFault(error: unknown, _request, response, next) {
    if (response.headersSent) return next(error);
    const help = error instanceof PageRefusal && error.help !== undefined ? [error.help] : ofAll;
    if (error instanceof PageRefusal) return sendPage(response, error.status, <RefusalPage {...error.refusal} help={help} />);
    const problem = problemOf(error);
    if (problem.status >= 500) logOf(response, log).error({ err: problem.cause ?? problem }, 'page failed');
    const todo = problem.status >= 500 ? `Try again in a moment. If it lasts, quote ${requestIdOf(response)}.` : problem.message;
    response.set(problem.headers);
    sendPage(
      response,
      problem.status,
      <RefusalPage title="This page cannot be shown" says={`${problem.body().title}.`} todo={todo} help={help} />,
    );
  };
}
