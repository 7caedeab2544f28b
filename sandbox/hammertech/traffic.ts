import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { type StruckServer, strike } from '../kernel/strike.ts';
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
  const server = struckServer(state);
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
    strike(fault.effect, server, request, response, next);
  };
}

function struckServer(state: HammerTech): StruckServer {
  return {
    answerStatus,
    revoke(request, response) {
      state.revoked.put({ token: (request.headers.authorization ?? '').split(' ')[1] ?? '' });
      refuseEmpty(response);
    },
    cut: () => false,
  };
}

/** 500 carries `{Code, Message}` (published); for other statuses the same shape is assumed. */
function answerStatus(response: Response, status: number): void {
  response.status(status).json({ Code: String(status), Message: 'The request could not be completed.' });
}
