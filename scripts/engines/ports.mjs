import { connect, createServer } from 'node:net';

/**
 * A port nobody listens on at this moment.
 *
 * @onlyTests
 */
export const freePort = async () => (await freePorts(1))[0];

/** That many different ones: each is held until all are found. */
export async function freePorts(count) {
  const held = await Promise.all(Array.from({ length: count }, holdPort));
  await Promise.all(held.map(({ release }) => release()));
  return held.map(({ port }) => port);
}

function holdPort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      resolve({ port, release: () => new Promise((closed) => server.close(closed)) });
    });
  });
}

export function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Resolves when something accepts connections on the port; rejects when `gone` says the server ended or time is up. */
export async function untilListening(port, { timeoutMs = 30_000, gone = () => undefined } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await isListening(port)) return;
    const why = gone();
    if (why) throw new Error(why);
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
