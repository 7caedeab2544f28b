import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { onBehalfOf } from '../shared/security/on-behalf-of.ts';
import { findEffect, forgetEffect, noteEffect } from '../shared/store/idempotency.ts';
import { withTenant } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answerOnce, idempotencyKeyOf, keyedRequest, type Repeatable, repeatedId } from './idempotency.ts';
import { authenticate, holderOf, limitKey, needScope } from './middleware/access.ts';
import { jsonBody } from './middleware/body.ts';
import { logOf, requestIdOf } from './middleware/request-id.ts';
import { Problem } from './problem.ts';
import type { Caller, Route } from './route.ts';

const expressPath = (path: string): string => path.replaceAll(/\{([a-zA-Z]+)\}/g, ':$1');

/** Mounts every route: key, limit, scope, body, then parse and run. Other methods on a known path answer 405 with Allow. */
export function mountRoutes(routes: readonly Route[], dependencies: ApiDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const known = authenticate(dependencies);
  const limited = limitKey(dependencies.settings.maxPerKey);
  for (const route of routes) {
    const body = route.method === 'post' ? jsonBody() : [];
    router[route.method](expressPath(route.path), known, limited, needScope(route.scope), ...body, runner(route, dependencies));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    router.all(expressPath(path), refuseMethod(routes.filter((route) => route.path === path)));
  }
  return router;
}

export function refuseMethod(allowed: readonly { readonly method: string }[]): RequestHandler {
  const methods = allowed.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  const allow = [...new Set(methods)].join(', ');
  return function wrongMethod() {
    throw new Problem('method-not-allowed', `This address takes ${allow}.`, { headers: { Allow: allow } });
  };
}

function runner(route: Route, dependencies: ApiDependencies): RequestHandler {
  return async function runRoute(request, response) {
    const body: unknown = request.body;
    const parsed = route.parse({ params: { ...request.params }, query: { ...request.query }, body });
    const key = route.method === 'post' ? idempotencyKeyOf(request.get('Idempotency-Key')) : undefined;
    const run = (caller: Caller) => onBehalfOf(caller.tenantId, () => parsed.run(caller, dependencies));
    if (key === undefined) {
      const answer = await run(callerOf(request, response, dependencies, undefined));
      response.status(answer.status).json(answer.body);
      return;
    }
    const repeatable = { key, asked: { method: route.method, path: request.path, query: request.query, body: body ?? null } };
    const caller = callerOf(request, response, dependencies, repeatable);
    const answer = await answerOnce(route, repeatable, caller, dependencies, () => run(caller));
    if (answer.replayed) response.set('Idempotency-Replayed', 'true');
    response.status(answer.status).json(answer.body);
  };
}

function callerOf(
  request: Request,
  response: Response,
  dependencies: ApiDependencies,
  repeatable: Repeatable | undefined,
): Caller {
  const { tenantId, actorId, scope } = holderOf(request);
  const keyed = repeatable && keyedRequest(tenantId, dependencies.settings.restoreEpoch, repeatable);
  return {
    tenantId,
    actorId,
    scope,
    requestId: requestIdOf(response),
    log: logOf(response, dependencies.log).child({ tenantId }),
    inTenant: (work) => withTenant(dependencies.pool, tenantId, work),
    once: (what, answer, work) =>
      withTenant(dependencies.pool, tenantId, async (db) => {
        const before = keyed && (await findEffect(db, keyed, what));
        if (before) return answer.parse(before.answer);
        const result = await work(db);
        if (keyed) await noteEffect(db, keyed, what, result);
        return result;
      }),
    takeBack: async (db, what) => {
      if (keyed) await forgetEffect(db, keyed, what);
    },
    idFor: (what) => (repeatable === undefined ? randomUUID() : repeatedId(tenantId, repeatable, what)),
  };
}
