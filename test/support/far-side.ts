import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listenOn } from './ports.ts';

/** One request as the far side received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface FarSide {
  readonly origin: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export type Answering = (response: ServerResponse, request: Received, count: number) => void;

/** A far side of a few lines on a free port of this machine; it keeps what it received. `count` starts with 1. */
export async function startFarSide(answering: Answering): Promise<FarSide> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://far.side');
      const one: Received = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        text: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(one);
      answering(response, one, received.length);
    });
  });
  const { origin, close } = await listenOn(server);
  return { origin, received, close };
}

/** Answers JSON text exactly as it stands. */
export function answerJson(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
}
