import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { type StruckServer, strike } from '../kernel/strike.ts';
import { bearerOf } from './bearer.ts';
import type { Part3World } from './commits.ts';
import { cutAfter } from './cuts.ts';
import type { Part3 } from './state.ts';

const operations: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^\/Projects$/, { GET: 'Projects.list' }],
  [/^\/Projects\/[^/]+$/, { GET: 'Projects.show' }],
  [/^\/Companies\/[^/]+\/Members$/, { GET: 'Members.list' }],
  [/^\/Projects\/[^/]+\/Companies$/, { GET: 'Companies.list' }],
  [/^\/Projects\/[^/]+\/Rfis$/, { GET: 'Rfis.list' }],
  [/^\/Projects\/[^/]+\/Rfis\/[^/]+$/, { GET: 'Rfis.show', PUT: 'Rfis.upsert' }],
  [/^\/Projects\/[^/]+\/Submittals$/, { GET: 'Submittals.list' }],
  [/^\/Projects\/[^/]+\/Submittals\/[^/]+$/, { GET: 'Submittals.show', PUT: 'Submittals.upsert' }],
  [/^\/Projects\/[^/]+\/RfiAnswers$/, { GET: 'RfiAnswers.list' }],
  [/^\/RfiAnswers\/[^/]+$/, { GET: 'RfiAnswers.show' }],
  [/^\/RfiAnswers\/[^/]+\/outcome$/, { PUT: 'RfiAnswers.settle' }],
  [/^\/RfiAnswers\/[^/]+\/preview$/, { PUT: 'RfiAnswers.preview' }],
  [/^\/SubmittalReturns\/[^/]+\/preview$/, { PUT: 'SubmittalReturns.preview' }],
  [/^\/Projects\/[^/]+\/SubmittalReturns$/, { GET: 'SubmittalReturns.list' }],
  [/^\/SubmittalReturns\/[^/]+$/, { GET: 'SubmittalReturns.show' }],
  [/^\/SubmittalReturns\/[^/]+\/outcome$/, { PUT: 'SubmittalReturns.settle' }],
  [/^\/Files$/, { POST: 'Files.create' }],
  [/^\/Files\/[^/]+$/, { GET: 'Files.show' }],
  [/^\/Files\/[^/]+\/content$/, { GET: 'Files.read', PUT: 'Files.write' }],
  [/^\/Files\/[^/]+\/complete$/, { POST: 'Files.complete' }],
];

/** The names faults and ledger use: `part3.Rfis.upsert`, `part3.RfiAnswers.settle`, `part3.Files.write`. */
export function operationOf(method: string, path: string): string | null {
  const [, below] = /^\/api\/v1(\/.+)$/.exec(path) ?? [];
  if (below === undefined) return null;
  const name = operations.find(([pattern]) => pattern.test(below))?.[1][method];
  return name === undefined ? null : `part3.${name}`;
}

const withContent = ['part3.Files.read', 'part3.Files.write'];

/** Part3's refusals have a shape of their own; assumed. */
function struckServer(state: Part3): StruckServer {
  return {
    answerStatus: (response, status) =>
      void response.status(status).json({ code: String(status), message: 'The request could not be completed.' }),
    revoke(request, response) {
      const token = state.tokens.get(bearerOf(request));
      if (token !== undefined) state.tokens.put({ ...token, active: false });
      response.status(401).json({ code: 'unauthorized', message: 'The token is not known.' });
    },
    cut(request, response, afterBytes) {
      if (!withContent.includes(operationOf(request.method, request.path) ?? '')) return false;
      cutAfter(response, afterBytes);
      return true;
    },
  };
}

/** Enters every request in the ledger, answered or not, and lets the first matching fault strike it. */
export function traffic({ world, state }: Part3World) {
  const side = 'part3';
  const server = struckServer(state);
  return function recordAndStrike(request: Request, response: Response, next: NextFunction) {
    const { method, path } = request;
    const operationId = operationOf(method, path);
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    const seq = world.ledger.open({
      at: world.clock.instant(),
      atMs: world.clock.nowMs(),
      side,
      operationId,
      method,
      path,
      clientId: null,
      userId: null,
      companyId: null,
      projectId: /\/Projects\/([^/]+)/.exec(path)?.[1] ?? null,
      requestId,
    });
    response.locals['seq'] = seq;
    response.on('finish', () => world.ledger.note(seq, { status: response.statusCode }));
    const fault = world.faults.strike({ side, operationId, method, path, clientId: null });
    if (fault === undefined) return next();
    world.ledger.note(seq, { fault: fault.effect.kind });
    strike(fault.effect, server, request, response, next);
  };
}
