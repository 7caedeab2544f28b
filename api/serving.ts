import type { Server } from 'node:http';

/** Longest time for a request's headers, and for the whole of a request, in milliseconds (facts of hardening: 10 and 30 s). */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** What is being answered may finish for so long after a stop was asked for. */
const drainMs = 10_000;

/** Bounds how long a slow or silent client may hold a connection. */
export function limitSlowness(server: Server): Server {
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = 5000;
  server.maxHeadersCount = 100;
  return server;
}

/** Takes no new connections, lets open requests finish, then closes what is left. */
export async function stopServing(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(cut);
}
