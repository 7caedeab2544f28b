import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { openApiOf } from './openapi.ts';
import { answerProblem, problemOf } from './problem.ts';
import type { Route } from './route.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requireToken(token: string): RequestHandler {
  const wanted = digest(`Bearer ${token}`);
  return function controlToken(request, response, next) {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) return next();
    answerProblem(response, { status: 401, code: 'no-token', title: 'The control token is missing or wrong' });
  };
}

const onBadBody: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  if (status === 413) return answerProblem(response, { status, code: 'too-large', title: 'The body is too large' });
  if (status === 400) return answerProblem(response, { status, code: 'malformed-json', title: 'The body is not valid JSON' });
  answerProblem(response, problemOf(error));
};

/** The control API. All but `/healthz`, the OpenAPI document and the page (which has a door of its own) ask for the token. */
export function controlServer(routes: readonly Route[], token: string, page?: Router): Express {
  const app = express().disable('x-powered-by').disable('etag');
  const document = openApiOf(routes);
  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/openapi.json', (_request, response) => void response.json(document));
  if (page !== undefined) app.use('/page', page);
  app.use(requireToken(token), express.json({ limit: '256kb', type: () => true }));
  for (const route of routes) {
    app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      try {
        const answer = await route.handle({ body: request.body, query: request.query, path: request.params });
        if (answer === undefined) response.status(204).end();
        else response.json(answer);
      } catch (fault) {
        answerProblem(response, problemOf(fault));
      }
    });
  }
  app.use((request, response) =>
    answerProblem(response, { status: 404, code: 'no-route', title: `No route ${request.method} ${request.path}` }),
  );
  app.use(onBadBody);
  return app;
}
