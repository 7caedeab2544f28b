import type { Server } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';

const { Payloads } = proto.temporal.api.common.v1;

/** proto-JSON as the Temporal UI sends it: bytes in base64. */
const base64 = z.base64();
const body = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
    .max(2000)
    .default([]),
});

export interface CodecServerSettings {
  /** Exact origins of the Temporal UI; `localhost` and `127.0.0.1` differ. */
  readonly origins: readonly string[];
  readonly codecOf: (namespace: string) => PayloadCodec;
  /** Checks on callers, beyond the UI's origin: none in a demo, which only this machine can reach. */
  readonly gate?: readonly RequestHandler[];
}

/**
 * The codec endpoint of the Temporal UI. Whoever reaches `decode` can read everything, so it listens on loopback or behind a gate
 * that authenticates (`staff.ts`), and accepts only the UI's own origins.
 */
export function codecApp({ origins, codecOf, gate = [] }: CodecServerSettings): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  app.use('/codec', onlyFrom(new Set(origins)), ...gate, express.json({ limit: '1mb', type: () => true }));
  app.post(
    '/codec/encode',
    transform(codecOf, (codec, payloads) => codec.encode(payloads)),
  );
  app.post(
    '/codec/decode',
    transform(codecOf, (codec, payloads) => codec.decode(payloads)),
  );
  app.use((_request, response) => {
    response.status(404).json({ code: 'not-found' });
  });
  app.use(lastWord);
  return app;
}

function onlyFrom(origins: ReadonlySet<string>): RequestHandler {
  return function onlyFromKnownOrigins(request, response, next) {
    const origin = request.headers.origin;
    response.setHeader('Vary', 'Origin');
    response.setHeader('Cache-Control', 'no-store');
    if (origin === undefined || !origins.has(origin)) {
      response.status(403).json({ code: 'origin-not-allowed' });
      return;
    }
    response.setHeader('Access-Control-Allow-Origin', origin);
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', 'x-namespace,content-type,authorization');
    if (request.headers['access-control-request-private-network'] === 'true') {
      response.setHeader('Access-Control-Allow-Private-Network', 'true');
    }
    response.status(204).end();
  };
}

type Transform = (codec: PayloadCodec, payloads: Payload[]) => Promise<Payload[]>;

function transform(codecOf: CodecServerSettings['codecOf'], apply: Transform): RequestHandler {
  return async function transformPayloads(request, response) {
    const given = body.safeParse(request.body);
    if (!given.success) {
      const field = given.error.issues[0]?.path.join('.') || 'body';
      response.status(400).json({ code: 'malformed', field });
      return;
    }
    const namespace = request.get('x-namespace') ?? 'default';
    const payloads = await apply(codecOf(namespace), Payloads.fromObject(given.data).payloads);
    response.json(Payloads.fromObject({ payloads }).toJSON());
  };
}

const lastWord: ErrorRequestHandler = (error, _request, response, _next) => {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : 500;
  const known = typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
  if (known === 500) response.status(known).json({ code: 'internal' });
  else response.status(known).json({ code: known === 413 ? 'too-large' : 'malformed', field: 'body' });
};

/** Listens, on loopback unless `host` is given; resolves once it does. */
export function listen(app: Express, port: number, host = '127.0.0.1'): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: Error) => (error ? reject(error) : resolve(server)));
    server.requestTimeout = 30_000;
    server.keepAliveTimeout = 65_000;
  });
}
