import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { FaultKind } from '../kernel/faults.ts';
import type { World } from '../kernel/world.ts';
import { refuseEmpty } from './answers.ts';
import type { HammerTech } from './state.ts';

/** The names faults and ledger use: `hammertech.login`, `hammertech.SiteSignIns.list`, `hammertech.Employers.create`. */
export function operationOf(method: string, path: string): string | null {
  const login = /^\/[^/]+\/api\/login\/(generatetoken|refreshtoken)$/.exec(path)?.[1];
  if (login !== undefined) return login === 'generatetoken' ? 'hammertech.login' : 'hammertech.refresh';
  const [, resource, id] = /^\/[^/]+\/api\/v1\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (resource === undefined) return null;
  const read = id === undefined ? 'list' : 'show';
  const act = { GET: read, POST: 'create', PUT: 'update' }[method];
  return act === undefined ? null : `hammertech.${resource}.${act}`;
}

/** Enters every request in the ledger, answered or not, and lets the first matching fault strike it. */
export function traffic(world: World, state: HammerTech, side: 'hammertech' | 'hammertech-auth') {
  return function recordAndStrike(request: Request, response: Response, next: NextFunction) {
    const { method, path } = request;
    const operationId = operationOf(method, path);
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    const seq = world.ledger.open({
      at: world.clock.instant(),
      atMs: world.clock.nowMs(),
      side,
      operationId,
      method,
      path,
      clientId: null,
      userId: null,
      companyId: null,
      projectId: typeof request.query['projectId'] === 'string' ? request.query['projectId'] : null,
      requestId,
    });
    response.locals['seq'] = seq;
    response.on('finish', () => world.ledger.note(seq, { status: response.statusCode }));
    const fault = world.faults.strike({ side, operationId, method, path, clientId: null });
    if (fault === undefined) return next();
    world.ledger.note(seq, { fault: fault.effect.kind });
    strike(fault.effect, state, request, response, next);
  };
}

function strike(effect: FaultKind, state: HammerTech, request: Request, response: Response, next: NextFunction): void {
  switch (effect.kind) {
    case 'reset-before':
      request.socket.destroy();
      return;
    case 'status-before':
      answerStatus(response, effect.status);
      return;
    case 'unavailable':
      response.setHeader('Retry-After', String(effect.retryAfter));
      answerStatus(response, 503);
      return;
    case 'rate-limit':
      answerStatus(response, 429);
      return;
    case 'revoke-token':
      state.revoked.put({ token: (request.headers.authorization ?? '').split(' ')[1] ?? '' });
      refuseEmpty(response);
      return;
    case 'delay':
      setTimeout(next, effect.ms);
      return;
    case 'reset-after-commit':
      insteadOfAnswer(response, () => request.socket.destroy());
      break;
    case 'status-after-commit':
      insteadOfAnswer(response, () => answerStatus(response, effect.status));
      break;
    case 'garbage-after-commit':
      insteadOfAnswer(response, () => response.status(200).type('html').send('<!doctype html><p>upstream</p>'));
      break;
  }
  next();
}

/** Lets the request do its work and replaces what it would answer. */
function insteadOfAnswer(response: Response, act: () => void): void {
  const { json, end } = response;
  const replaced = () => {
    response.json = json;
    response.end = end;
    act();
    return response;
  };
  response.json = replaced;
  response.end = replaced;
}

/** 500 carries `{Code, Message}` (published); for other statuses the same shape is assumed. */
function answerStatus(response: Response, status: number): void {
  response.status(status).json({ Code: String(status), Message: 'The request could not be completed.' });
}
