import type { NextFunction, Request, Response } from 'express';
import { bearerOf } from '../kernel/traffic.ts';
import { refuse, refuseEmpty } from './answers.ts';
import { type Region, regions } from './records.ts';
import { activeLogin, type HammerTech } from './state.ts';
import { readToken } from './tokens.ts';

/** The region a request's path names; the host's first label in production, the path's first segment here. */
export function regionOf(request: Request): Region | undefined {
  return regions.find((region) => region === request.params['region']);
}

/** `accept: application/json` is mandatory (published); a client that omits it gets a 400. */
export function requireAccept(request: Request, response: Response, next: NextFunction) {
  if ((request.headers.accept ?? '').toLowerCase().includes('application/json')) return next();
  refuse(response, 400, 'The accept header must be application/json.');
}

/** Lets a live token of an active login pass, in the region asked; anything else is the empty 401. */
export function requireBearer(state: HammerTech, now: () => Date) {
  return function bearer(request: Request, response: Response, next: NextFunction) {
    const token = bearerOf(request);
    if (state.revoked.get(token)) return refuseEmpty(response);
    const claims = readToken(token, state.signingKey(), now());
    const region = regionOf(request);
    if (claims === undefined || claims.Region !== region) return refuseEmpty(response);
    const login = activeLogin(state, claims.Tenant, claims.Email, region);
    if (login === undefined) return refuseEmpty(response);
    response.locals['tenant'] = login.tenant;
    response.locals['email'] = login.email;
    next();
  };
}

/** The slug of the tenant whose token this request carried; only behind `requireBearer`. */
export function tenantOf(response: Response): string {
  return String(response.locals['tenant']);
}

/** The login behind the request, for the ledger. */
export function emailOf(response: Response): string {
  return String(response.locals['email']);
}
