import type { RequestHandler } from 'express';
import { Problem } from '../problem.ts';

const loopback = new Set(['127.0.0.1', 'localhost']);

const hostNameOf = (host: string | undefined): string | undefined => {
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname;
};

/**
 * Serves only our own host names, so that no foreign name rebound to our address reaches us. A page requested at 127.0.0.1 is
 * redirected to the pages' own origin, so that cookies match.
 */
export function knownHost(pagesUrl: string): RequestHandler {
  const pages = new URL(pagesUrl);
  return function checkHost(request, response, next) {
    const name = hostNameOf(request.headers.host);
    if (name === undefined || !(loopback.has(name) || name === pages.hostname)) {
      throw new Problem('host-not-served', `Ask for ${pages.origin}.`, {
        errors: [{ field: 'Host', message: `send ${pages.host}` }],
      });
    }
    const isPage = !request.path.startsWith('/v1/') && (request.headers.accept ?? '').includes('text/html');
    const readsOnly = request.method === 'GET' || request.method === 'HEAD';
    if (name === '127.0.0.1' && pages.hostname !== name && isPage && readsOnly) {
      response.redirect(307, `${pages.origin}${request.originalUrl}`);
      return;
    }
    next();
  };
}
