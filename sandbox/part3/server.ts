import express, { type ErrorRequestHandler, type Express } from 'express';
import { apiRouter } from './api.ts';
import { requireBearer } from './bearer.ts';
import type { Part3World } from './commits.ts';
import { fileRouter } from './file-routes.ts';
import { notFound, refuse } from './refusals.ts';
import { part3Traffic } from './traffic.ts';

/** A body that is not JSON is the caller's fault (400), everything else ours (500), except a body that is too large (413). */
const onError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  if (status === 400) return refuse(response, { status, code: 'malformed-json', message: 'The body is not valid JSON.' });
  if (status === 413) return refuse(response, { status, code: 'too-large', message: 'The body is too large.' });
  console.error('sandbox: Part3 failed:', error);
  response.status(500).json({ code: 'broken', message: 'Something went wrong.' });
};

/** Part3's one host; everything is below `/api/v1`. */
export function part3Server(part3: Part3World): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(part3Traffic(part3));
  app.use('/api/v1', requireBearer(part3.state), express.json({ limit: '1mb' }));
  app.use('/api/v1/Files', fileRouter(part3));
  app.use('/api/v1', apiRouter(part3));
  app.use((_request, response) => refuse(response, notFound('resource')));
  app.use(onError);
  return app;
}
