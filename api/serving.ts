import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.ts';

/** Longest time for a request's headers, and for the whole of a request, in milliseconds (facts of hardening: 10 and 30 s). */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** Longer than the proxy keeps an idle connection (60 s), so that it never sends a request into one that is being closed. */
const keepAliveTimeoutMs = 65_000;
/** Open requests may take this long to finish after a stop was requested. */
const drainMs = 10_000;

/**
 * A server that limits how long a slow or silent client may hold a connection, and how much it may send before the app gets the
 * request. Requests refused for that, or that are not HTTP at all, are answered with a problem like every other refusal; a
 * missing Host header is left to the app to refuse.
 */
export function createBoundedServer(app?: RequestListener): Server {
  const server = createServer({ requireHostHeader: false }, app);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.maxHeadersCount = 100;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerUnheard(problemOfParser(error.code), socket));
  server.on('checkExpectation', ({ socket }) => answerUnheard(malformed('Expect', 'leave it out, or send 100-continue'), socket));
  server.on('connect', (_request, socket) => answerUnheard(malformed('request', 'send a method of the API document'), socket));
  return server;
}

const says = (field: string, message: string) => ({ errors: [{ field, message }] });
const malformed = (field: string, message: string): Problem =>
  new Problem('malformed-request', 'Send the request again.', says(field, message));

function problemOfParser(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers-too-large', 'Send at most 16 KiB.', says('headers', 'send at most 16 KiB with the address'));
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request-too-slow', 'Send the request again.', says('request', 'send all of it within 30 seconds'));
    default:
      return malformed('request', 'send well-formed HTTP/1.1');
  }
}

function answerUnheard(problem: Problem, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem.body(randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Takes no new connections, lets open requests finish, then closes what is left. */
export async function stopServing(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(cut);
}
