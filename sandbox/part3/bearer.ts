import type { NextFunction, Request, Response } from 'express';
import { bearerOf } from '../kernel/traffic.ts';
import { refuse } from './refusals.ts';
import type { Part3 } from './state.ts';

const reading = ['GET', 'HEAD'];

/** Accepts an active token; a read-only one is refused everything but reads. */
export function requireBearer(state: Part3) {
  return function bearer(request: Request, response: Response, next: NextFunction) {
    const token = state.tokens.get(bearerOf(request));
    if (!token?.active) {
      response.status(401).set('www-authenticate', 'Bearer').json({ code: 'unauthorized', message: 'The token is not known.' });
      return;
    }
    if (!token.mayWrite && !reading.includes(request.method)) {
      return refuse(response, { status: 403, code: 'read-only-token', message: 'This token may not write.' });
    }
    response.locals['organisation'] = token.organisation;
    next();
  };
}

/** The slug of the organisation whose token this request carried; only behind `requireBearer`. */
export const organisationOf = (response: Response): string => String(response.locals['organisation']);
