import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { openApiOf } from './openapi.ts';
import { answerFault, answerProblem } from './problem.ts';
import type { Route } from './route.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requireToken(token: string): RequestHandler {
  const wanted = digest(`Bearer ${token}`);
  return function controlToken(request, response, next) {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) return next();
    answerProblem(response, 401, 'no-token', 'The control token is missing or wrong');
  };
}

const onBadBody: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  if (status === 413) return answerProblem(response, 413, 'too-large', 'The body is too large');
  if (status === 400) return answerProblem(response, 400, 'malformed-json', 'The body is not valid JSON');
  answerFault(response, error);
};

/** The control API. All but `/healthz` and the OpenAPI document ask for the token. */
export function controlServer(routes: readonly Route[], token: string): Express {
  const app = express().disable('x-powered-by').disable('etag');
  const document = openApiOf(routes);
  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/openapi.json', (_request, response) => void response.json(document));
  app.use(requireToken(token), express.json({ limit: '256kb', type: () => true }));
  for (const route of routes) {
    app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      try {
        const answer = await route.handle({ body: request.body, query: request.query, path: request.params });
        if (answer === undefined) response.status(204).end();
        else response.json(answer);
      } catch (fault) {
        answerFault(response, fault);
      }
    });
  }
  app.use((request, response) => answerProblem(response, 404, 'no-route', `No route ${request.method} ${request.path}`));
  app.use(onBadBody);
  return app;
}
