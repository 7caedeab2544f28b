import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { ApiDependencies } from '../dependencies.ts';

/** What our own middleware attaches to a response; read through these two functions only. */
interface Locals {
  requestId: string;
  log: Logger;
}

const locals = new WeakMap<object, Locals>();

export const requestIdOf = (response: object): string => locals.get(response)?.requestId ?? 'none';

export function logOf(response: object, otherwise: Logger): Logger {
  return locals.get(response)?.log ?? otherwise;
}

/**
 * Gives every request an id of ours (never one a client chose), returns it in `X-Request-Id`, and logs one line when it ends:
 * method, route, status and duration. Never the address, a body or a header: connect links and OAuth codes are in addresses.
 */
export function requestId({ log, answered }: Pick<ApiDependencies, 'log' | 'answered'>): RequestHandler {
  return function nameRequest(request, response, next) {
    const id = randomUUID();
    const child = log.child({ requestId: id });
    const startedAt = performance.now();
    locals.set(response, { requestId: id, log: child });
    response.set('X-Request-Id', id);
    response.once('close', () => {
      const ms = Math.round(performance.now() - startedAt);
      const seen = { method: request.method, route: routeOf(request), status: String(response.statusCode) };
      answered(seen, ms / 1000);
      child.info({ ...seen, ms }, 'request');
    });
    next();
  };
}

/** The pattern that matched, never the address itself. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  return typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : 'unmatched';
}
