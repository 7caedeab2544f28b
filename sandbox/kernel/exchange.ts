import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Fault } from './faults.ts';
import { type Body, readBody } from './request.ts';
import type { World } from './world.ts';

/** The response: a JSON text, a page, or a redirect. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** Null if there is no body. */
  text: string | null;
}

/** One request to a far side, recorded in the ledger from its first byte. */
export interface Exchange {
  seq: number;
  requestId: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Request['headers'];
  /** Origin by which the client reached us; links of lists use it. */
  origin: string;
  body: Body;
  fault: Fault | undefined;
}

/** What a far side knows of a request before it is handled. */
export interface Recognised {
  operationId: string | null;
  clientId: string | null;
}

/**
 * Turns a far side's handler into an Express one: records the request, lets a fault strike before or after the handler, sends the
 * reply with `x-request-id`. A fault after commit discards the reply, never the work: whatever the handler stored stays.
 */
export function exchange(
  world: World,
  side: string,
  recognise: (seen: { method: string; path: string; headers: Request['headers'] }, body: Body) => Recognised,
  handle: (exchange: Exchange) => Reply,
) {
  return async (request: Request, response: Response): Promise<void> => {
    const requestId = randomUUID();
    const body = await readBody(request);
    const { method, path } = request;
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const recognised = recognise({ method, path, headers: request.headers }, body);
    const seq = world.ledger.open({
      at: world.clock.instant(),
      atMs: world.clock.nowMs(),
      side,
      ...recognised,
      method,
      path,
      ...(side === 'procore' && query.size > 0 ? { query: query.toString() } : {}),
      ...(side === 'procore' && body.kind === 'fields' ? { body: body.fields } : {}),
      userId: null,
      companyId: null,
      projectId: null,
      requestId,
    });
    const fault = world.faults.strike({ side, ...recognised, method, path });
    if (fault) world.ledger.note(seq, { fault: fault.effect.kind });
    const effect = fault?.effect;

    if (effect?.kind === 'delay') await wait(effect.ms);
    if (effect?.kind === 'reset-before' || effect?.kind === 'cut') return void request.socket.destroy();
    const origin = `${request.protocol}://${request.get('host') ?? 'localhost'}`;
    const reply =
      effect?.kind === 'status-before'
        ? errorReply(effect.status)
        : handled(handle, { seq, requestId, method, path, query, headers: request.headers, origin, body, fault });
    if (effect?.kind === 'reset-after-commit') return void request.socket.destroy();

    const sent = afterCommit(effect, reply);
    world.ledger.note(seq, { status: sent.status });
    response.status(sent.status).set({ ...sent.headers, 'x-request-id': requestId });
    if (sent.text === null) response.end();
    else response.send(sent.text);
  };
}

/** An error of the sandbox itself is a 500 in the ledger too, and is logged on standard error. */
function handled(handle: (exchange: Exchange) => Reply, seen: Exchange): Reply {
  try {
    return handle(seen);
  } catch (error) {
    console.error(`sandbox: ${seen.method} ${seen.path} (${seen.requestId}) failed:`, error);
    return errorReply(500);
  }
}

function afterCommit(effect: Fault['effect'] | undefined, reply: Reply): Reply {
  if (effect?.kind === 'status-after-commit') return { ...errorReply(effect.status), headers: { ...reply.headers, ...jsonType } };
  if (effect?.kind === 'garbage-after-commit')
    return { status: 200, headers: { ...reply.headers, ...jsonType }, text: '{"id": 12' };
  return reply;
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

function errorReply(status: number): Reply {
  return { status, headers: jsonType, text: JSON.stringify({ errors: ['Something went wrong.'] }) };
}
