import { createServer, type RequestListener, type Server } from 'node:http';

/** An HTTP server that listens, and its origin as clients write it. */
export interface Listening {
  origin: string;
  /** Drops open connections too: a sandbox that closes owes nobody an answer. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Port 0 takes any free one; a taken port rejects with `EADDRINUSE`. */
export async function listen(handler: RequestListener, port: number): Promise<Listening> {
  const server = createServer(handler);
  // longer than clients keep theirs, so that a busy machine never closes a connection on which a request is under way
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { origin: `http://localhost:${portOf(server)}`, close: () => closed(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
