import type { NextFunction, Request, Response } from 'express';
import type { FaultKind } from './faults.ts';

/** How a partner's server responds when a fault strikes. */
export interface StruckServer {
  answerStatus(response: Response, status: number): void;
  /** Makes the token of this request invalid and answers accordingly. */
  revoke(request: Request, response: Response): void;
  /** Cuts the connection after this many bytes of content. False: this request has none, and is cut before it does anything. */
  cut(request: Request, response: Response, afterBytes: number): boolean;
}

/** Lets a fault strike an Express request: before its work, instead of its response, or somewhere within its content. */
export function strike(effect: FaultKind, server: StruckServer, request: Request, response: Response, next: NextFunction): void {
  switch (effect.kind) {
    case 'reset-before':
      request.socket.destroy();
      return;
    case 'status-before':
      server.answerStatus(response, effect.status);
      return;
    case 'unavailable':
      response.setHeader('Retry-After', String(effect.retryAfter));
      server.answerStatus(response, 503);
      return;
    case 'rate-limit':
      server.answerStatus(response, 429);
      return;
    case 'revoke-token':
      server.revoke(request, response);
      return;
    case 'delay':
      setTimeout(next, effect.ms);
      return;
    case 'cut':
      if (server.cut(request, response, effect.afterBytes)) break;
      request.socket.destroy();
      return;
    case 'reset-after-commit':
      insteadOfAnswer(response, () => request.socket.destroy());
      break;
    case 'status-after-commit':
      insteadOfAnswer(response, () => server.answerStatus(response, effect.status));
      break;
    case 'garbage-after-commit':
      insteadOfAnswer(response, () => response.status(200).type('html').send('<!doctype html><p>upstream</p>'));
      break;
  }
  next();
}

/** Lets the request do its work and replaces its response; a response that has begun is cut off. */
function insteadOfAnswer(response: Response, act: () => void): void {
  const { json, end } = response;
  const replaced = () => {
    response.json = json;
    response.end = end;
    if (response.headersSent) response.socket?.destroy();
    else act();
    return response;
  };
  response.json = replaced;
  response.end = replaced;
}
