import { randomBytes } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';

/** Longer than any sign-in is pending; the page that says "done" stays readable for a day. */
const lifeSeconds = 24 * 60 * 60;

const namesBegin = (secure: boolean): string => `${secure ? '__Host-' : ''}gw_sign_in_`;

/** One cookie per sign-in, so that two links in one browser do not interfere. */
const nameOf = (signInId: string, secure: boolean): string => `${namesBegin(secure)}${signInId.slice(0, 8)}`;

/** Whether any sign-in was started in this browser within a day. */
export function hasStartedOne(request: Request, pagesUrl: string): boolean {
  const begin = namesBegin(pagesUrl.startsWith('https:'));
  return Object.keys(parseCookie(request.headers.cookie ?? '')).some((name) => name.startsWith(begin));
}

/** The browser's bearer for a sign-in; undefined if it never started it. */
export function sessionOf(request: Request, signInId: string, pagesUrl: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[nameOf(signInId, pagesUrl.startsWith('https:'))];
}

/** Gives the browser a new bearer, 256 random bits, that scripts cannot read. Lax: it must be sent on the return from Procore. */
export function openBrowserSession(response: Response, signInId: string, pagesUrl: string): string {
  const value = randomBytes(32).toString('base64url');
  const secure = pagesUrl.startsWith('https:');
  const name = nameOf(signInId, secure);
  response.append(
    'Set-Cookie',
    stringifySetCookie({ name, value, httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: lifeSeconds }),
  );
  return value;
}
