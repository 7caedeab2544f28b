import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOn } from '../support/ports.ts';

/** A request on its way to the sandbox. */
export interface Passing {
  readonly method: string;
  /** Below the origin, with its query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What becomes of a request: its answer, or none. `forward` lets the sandbox do its work. */
export type Meddling = (passing: Passing, forward: () => Promise<Answered>) => Promise<Answered | 'cut' | 'silence'>;

/**
 * Stands between a partner's client and the partner's sandbox, so that every partner meets the same trouble, whatever its sandbox can
 * do. It passes everything on until it is told otherwise, and keeps what it saw.
 */
export interface Relay {
  /** The address that stands for another origin. */
  before(origin: string): Promise<string>;
  /** From now on; undefined: pass everything on. */
  meddle(meddling: Meddling | undefined): void;
  readonly seen: readonly Passing[];
  forget(): void;
  close(): Promise<void>;
}

export function createRelay(): Relay {
  let meddling: Meddling | undefined;
  let seen: Passing[] = [];
  const closing: (() => Promise<void>)[] = [];

  async function pass(origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const passing: Passing = {
      method: request.method ?? '',
      path: request.url ?? '/',
      authorization: request.headers.authorization,
    };
    seen.push(passing);
    const forward = () => forwarded(origin, passing, request, body);
    const answer = await (meddling ? meddling(passing, forward) : forward());
    if (answer === 'silence') return;
    if (answer === 'cut') return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.text);
  }

  return {
    async before(origin) {
      const server = createServer((request, response) => {
        pass(origin, request, response).catch(() => request.socket.destroy());
      });
      const { origin: own, close } = await listenOn(server);
      closing.push(close);
      return own;
    },
    meddle(given) {
      meddling = given;
    },
    get seen() {
      return seen;
    },
    forget() {
      seen = [];
    },
    async close() {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // a request without an encoding yields buffers
  return Buffer.concat(pieces);
}

const passedOn = ['accept', 'authorization', 'content-type', 'content-range', 'range'];

async function forwarded(origin: string, { method, path }: Passing, request: IncomingMessage, body: Buffer): Promise<Answered> {
  const headers = passedOn.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers,
    ...(body.length > 0 && { body: new Uint8Array(body) }),
    redirect: 'manual',
  });
  return {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'application/json' },
    text: await answer.text(),
  };
}
