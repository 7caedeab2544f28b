import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/**
 * A port nobody listens on at this moment.
 *
 * @onlyTests
 */
export const freePort = async () => (await freePorts(1))[0];

/**
 * That many different free ports, searched upwards from a random start. None from the range that systems use for outgoing
 * connections (from 32768 on Linux): such a port may be taken before the caller listens on it.
 */
export async function freePorts(count, from = randomInt(lowest, highest - spare)) {
  const ports = [];
  for (let port = from; ports.length < count; port += 1) {
    if (port > highest) throw new Error('too few ports are free on this machine');
    if (await canListen(port)) ports.push(port);
  }
  return ports;
}

const [lowest, highest, spare] = [15_000, 32_000, 2000];

function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
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

/** Resolves when something accepts connections on the port; rejects when `gone` says the server ended, or on timeout. */
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
