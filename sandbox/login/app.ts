import express, { type Express } from 'express';
import { type Exchange, exchange, type Reply } from '../kernel/exchange.ts';
import type { World } from '../kernel/world.ts';
import { answerAuthorize, answerDecision } from './authorize.ts';
import { answerRevoke, answerToken, answerTokenInfo, clientOf } from './token-endpoint.ts';
import { knownToken } from './tokens.ts';

interface LoginRoute {
  operationId: string;
  answer: (world: World, exchange: Exchange) => Reply;
}

const routes: Record<string, LoginRoute> = {
  'GET /oauth/authorize': { operationId: 'OauthAuthorizeGet', answer: answerAuthorize },
  'POST /oauth/authorize': { operationId: 'OauthAuthorizePost', answer: answerDecision },
  'POST /oauth/token': { operationId: 'OauthTokenPost', answer: answerToken },
  'POST /oauth/revoke': { operationId: 'OauthRevokePost', answer: answerRevoke },
  'GET /oauth/token/info': { operationId: 'OauthTokenInfoGet', answer: answerTokenInfo },
};

// Paths are also seen with a trailing slash in published clients [3p].
const routeOf = (method: string, path: string): LoginRoute | undefined => routes[`${method} ${path.replace(/\/$/, '')}`];

/** Handles `/oauth/*`; the API origin uses it too where the switch `oauthOnApiOrigin` is on. */
export function oauthHandler(world: World) {
  return exchange(
    world,
    'login',
    ({ method, path, headers }, body) => ({
      operationId: routeOf(method, path)?.operationId ?? null,
      clientId:
        knownToken(world, headers.authorization)?.clientId ??
        (clientOf(body.kind === 'fields' ? body.fields : {}, headers.authorization).clientId || null),
    }),
    (call) => {
      const effect = call.fault?.effect;
      if (effect?.kind === 'unavailable') return { ...plain(503), headers: { 'retry-after': String(effect.retryAfter) } };
      if (effect?.kind === 'rate-limit') return plain(429);
      return routeOf(call.method, call.path)?.answer(world, call) ?? plain(404);
    },
  );
}

function plain(status: number): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, text: `${status}` };
}

/** The sandbox's login origin: `/oauth/authorize`, `/oauth/token`, `/oauth/revoke`, `/oauth/token/info`. */
export function createLoginApp(world: World): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(oauthHandler(world));
  return app;
}
