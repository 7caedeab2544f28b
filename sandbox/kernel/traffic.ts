import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { type StruckServer, strike } from './strike.ts';
import type { World } from './world.ts';

/** How one server of a partner identifies its requests, and how it fails. */
export interface Traffic {
  /** Its name in ledger and faults. */
  readonly side: string;
  /** The operation names in faults and ledger; null for an unknown path. */
  operationOf(method: string, path: string): string | null;
  projectOf(request: Request): string | null;
  readonly server: StruckServer;
}

/** Enters every request in the ledger, answered or not, and lets the first matching fault strike it. */
export function traffic(world: World, { side, operationOf, projectOf, server }: Traffic) {
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
      projectId: projectOf(request),
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

/** The request's number in the ledger. */
export function seqOf(response: Response): number | null {
  const seq: unknown = response.locals['seq'];
  return typeof seq === 'number' ? seq : null;
}

/** The token of `Authorization: Bearer …`; empty if there is none. */
export function bearerOf(request: Request): string {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? (token ?? '') : '';
}
