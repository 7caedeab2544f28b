import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';

const cookieName = 'sandbox-page';

/** Whoever once showed the control token is known by a cookie from then on. The cookie is not the token and cannot be turned into it. */
export interface PageSession {
  /** Whether this is the token. */
  opens(token: string): boolean;
  /** Whether the request carries the cookie. */
  has(request: Request): boolean;
  give(response: Response): void;
}

export function pageSession(token: string): PageSession {
  const sign = (text: string): string => createHmac('sha256', token).update(text).digest('base64url');
  const value = sign('the page of the sandbox');
  const equal = (left: string, right: string): boolean => timingSafeEqual(Buffer.from(sign(left)), Buffer.from(sign(right)));
  return {
    opens: (given) => equal(given, token),
    has: (request) => equal(cookieOf(request) ?? '', value),
    give: (response) => {
      response.cookie(cookieName, value, { httpOnly: true, sameSite: 'strict', path: '/page' });
    },
  };
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1];
}

/**
 * Whether a form was sent from this very page: browsers say so in `Origin`. `SameSite` alone would let pages of other ports
 * of this machine through.
 */
export function isOwnForm(request: Request): boolean {
  return request.headers.origin === `${request.protocol}://${request.headers.host}`;
}
