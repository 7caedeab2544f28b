import express, { type Express } from 'express';
import helmet from 'helmet';
import type { ApiDependencies } from './dependencies.ts';
import { health } from './health.ts';
import { answerFaults } from './middleware/faults.ts';
import { knownHost } from './middleware/host.ts';
import { limitAddress } from './middleware/limits.ts';
import { requestId } from './middleware/request-id.ts';
import { mountRoutes } from './mount.ts';
import { accountPages } from './pages/account-routes.tsx';
import { authorizationRequestPages } from './pages/authorization-requests.tsx';
import { invitationPages } from './pages/invitations.tsx';
import { readingPages } from './pages/reading.tsx';
import { pages } from './pages/router.tsx';
import { notFound } from './problem.ts';
import { routes } from './routes/list.ts';

/** The whole HTTP side, without a socket: the machine API, the sign-in pages, and the endpoints for operators. */
export function createApp(dependencies: ApiDependencies): Express {
  const { settings, log } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('trust proxy', settings.trustedProxy ?? false);

  app.use(requestId(dependencies));
  app.use(securityHeaders(settings.pagesUrl, settings.procoreLoginUrl));
  app.use(function notStored(_request, response, next) {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(knownHost(settings.pagesUrl));
  app.use(limitAddress(settings.maxPerAddress));

  app.use(health(dependencies));
  app.use(readingPages(dependencies));
  app.use(mountRoutes(routes, dependencies));
  app.use(invitationPages(dependencies));
  app.use(authorizationRequestPages(dependencies));
  app.use(accountPages(dependencies));
  app.use(pages(dependencies));
  app.use(function unknownAddress() {
    throw notFound();
  });
  app.use(answerFaults(log));
  return app;
}

/** Loads only our own styles and script. Forms may go to us and to Procore's login, since browsers check the redirect too. */
function securityHeaders(pagesUrl: string, loginUrl: string) {
  const overHttps = pagesUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'", new URL(loginUrl).origin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: overHttps ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
  });
}
