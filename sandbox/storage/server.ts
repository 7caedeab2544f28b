import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultKind } from '../kernel/faults.ts';
import type { World } from '../kernel/world.ts';
import { refused, type StorageAnswer } from './answers.ts';
import { getObject, postForm, putSegment, type StorageCall } from './objects.ts';

const operations: Readonly<Record<string, { id: string; act: (call: StorageCall) => StorageAnswer | Promise<StorageAnswer> }>> = {
  PUT: { id: 'storage.put', act: putSegment },
  POST: { id: 'storage.post', act: postForm },
  GET: { id: 'storage.get', act: getObject },
};

/**
 * The origin on which files lie: an object storage behind signed addresses. It refuses whatever carries an `Authorization`, valid or
 * not [doc], and streams both ways. Its requests stand in the ledger as side `storage`, without the query that lets in.
 */
export function createStorageApp(world: World): RequestListener {
  return (request, response) => {
    serve(world, request, response).catch((error: unknown) => {
      // whoever was cut off knows; all else is a fault of the sandbox
      if (request.complete && !response.headersSent) {
        console.error(`sandbox: storage ${request.method ?? ''} failed:`, error);
        response.writeHead(500);
      }
      response.destroy();
    });
  };
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://storage.invalid');
  const [method, path] = [request.method ?? '', url.pathname];
  const operation = operations[method];
  const operationId = operation?.id ?? null;
  const requestId = randomUUID();
  const companyId = /^\/(\d+)\//.exec(path)?.[1] ?? null;
  const seen = { side: 'storage', operationId, method, path, clientId: null };
  const now = { at: world.clock.instant(), atMs: world.clock.nowMs() };
  const authorized = request.headers.authorization === undefined ? {} : { authorized: true as const };
  const seq = world.ledger.open({ ...seen, ...now, ...authorized, userId: null, companyId, projectId: null, requestId });
  const effect = world.faults.strike(seen)?.effect;
  if (effect) world.ledger.note(seq, { fault: effect.kind });
  if (effect?.kind === 'delay') await wait(effect.ms);
  if (effect?.kind === 'reset-before') return void request.socket.destroy();

  const answer = afterwards(effect, await answered(), request);
  if (answer === undefined) return;
  // whoever still sends hears no answer
  await finished(request.resume());
  world.ledger.note(seq, { status: answer.status });
  response.writeHead(answer.status, { ...answer.headers, 'x-amz-request-id': requestId });
  if (typeof answer.body === 'string') response.end(answer.body);
  else await pipeline(answer.body, response);

  async function answered(): Promise<StorageAnswer> {
    if (effect?.kind === 'status-before') return refused(effect.status, 'InternalError');
    if (request.headers.authorization !== undefined) return refused(400, 'InvalidArgument');
    if (!operation) return refused(405, 'MethodNotAllowed');
    return operation.act({ world, seq, request, path, query: url.searchParams });
  }
}

/** What an injected fault leaves of an answer: of a file's bytes only the first half; undefined where the connection was cut. */
function afterwards(effect: FaultKind | undefined, answer: StorageAnswer, request: IncomingMessage): StorageAnswer | undefined {
  if (effect?.kind === 'status-after-commit') return refused(effect.status, 'InternalError');
  if (effect?.kind !== 'reset-after-commit') return answer;
  const size = Number(answer.headers['content-length'] ?? 0);
  if (answer.body instanceof Readable && size > 1) return { ...answer, body: answer.body.pipe(cutAfter(size / 2, request)) };
  request.socket.destroy();
  return undefined;
}

function cutAfter(bytes: number, request: IncomingMessage): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      sent += chunk.length;
      next(null, chunk);
      if (sent >= bytes) request.socket.destroySoon();
    },
  });
}
