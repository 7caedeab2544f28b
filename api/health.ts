import { timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { readInstallation } from '../shared/store/tenants/installation.ts';
import type { ApiDependencies } from './dependencies.ts';
import { refuseMethod } from './mount.ts';
import { notFound } from './problem.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** A metrics registry with Node's own figures and response times by route and status. */
export function createMetrics(): { readonly registry: Registry; readonly answered: Histogram<'method' | 'route' | 'status'> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answered = new Histogram({
    name: 'groundwork_api_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return { registry, answered };
}

/** `/healthz`: the process answers. `/readyz`: what it needs answers too. `/metrics`: for this machine, or with the token. */
export function health(dependencies: ApiDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_request, response) => {
    response.json({ alive: true });
  });
  router.get('/readyz', async (_request, response) => {
    const [database, temporal] = await Promise.all([databaseSays(dependencies), dependencies.runs.reachable()]);
    const ready = database === 'ready' && temporal;
    if (!ready) response.status(503);
    response.json({ ready, database, temporal: temporal ? 'ready' : 'not reached', mode: dependencies.settings.mode });
  });
  router.get('/metrics', ownMachineOr(dependencies.settings.metricsToken), async (_request, response) => {
    response.type(dependencies.metrics.contentType).send(await dependencies.metrics.metrics());
  });
  for (const path of ['/healthz', '/readyz', '/metrics']) router.all(path, refuseMethod([{ method: 'get' }]));
  return router;
}

type DatabaseWord = 'ready' | 'not reached' | 'other mode' | 'restored';

/** Whether the database answers, and is the one this process was configured for. */
async function databaseSays({ pool, settings, log }: ApiDependencies): Promise<DatabaseWord> {
  try {
    const installation = await readInstallation(pool);
    if (installation?.mode !== settings.mode) return 'other mode';
    return installation.restoreEpoch === settings.restoreEpoch ? 'ready' : 'restored';
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer');
    return 'not reached';
  }
}

function ownMachineOr(token: string | undefined): RequestHandler {
  return function checkReader(request, _response, next) {
    const forwarded = request.get('X-Forwarded-For') !== undefined || request.get('Forwarded') !== undefined;
    const own = !forwarded && loopback.has(request.socket.remoteAddress ?? '');
    if (!own && !isToken(token, request.get('Authorization'))) throw notFound();
    next();
  };
}

function isToken(token: string | undefined, header: string | undefined): boolean {
  if (token === undefined || header === undefined) return false;
  const [sent, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)];
  return sent.length === wanted.length && timingSafeEqual(sent, wanted);
}
