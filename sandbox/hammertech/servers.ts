import express, { type ErrorRequestHandler, type Express } from 'express';
import type { World } from '../kernel/world.ts';
import { breakDown, refuse } from './answers.ts';
import { apiRouter } from './api.ts';
import { authRouter } from './auth.ts';
import type { HammerTech } from './state.ts';
import { hammertechTraffic } from './traffic.ts';

/** A body that is no JSON is the caller's fault (400), everything else ours (500). */
const onError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  if (status === 400 || status === 413) return refuse(response, 400, 'The body is not valid JSON.');
  breakDown(response, error instanceof Error ? error.message : 'unknown');
};

/** The two hosts as one Express app each. The region is the first segment of the path: `/{region}/api/…`. */
export function hammertechServers(world: World, state: HammerTech): { api: Express; auth: Express } {
  const now = (): Date => new Date(world.clock.nowMs());
  const server = (): Express => express().disable('x-powered-by').disable('etag');
  const api = server();
  api.use(hammertechTraffic(world, state, 'hammertech'));
  api.use('/:region/api/v1', apiRouter(world, state, now));
  const auth = server();
  auth.use(hammertechTraffic(world, state, 'hammertech-auth'));
  auth.use('/:region', authRouter(state, now));
  for (const app of [api, auth]) {
    app.use((request, response) => refuse(response, 404, `Nothing at ${request.path}.`));
    app.use(onError);
  }
  return { api, auth };
}
