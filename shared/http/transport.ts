import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

/** The interface that axios expects of a transport. */
interface Transport {
  request(options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void): http.ClientRequest;
}

/**
 * Node's own client, which follows no redirect; reports when the connection is established and the request may reach the far
 * side.
 */
export function watchedTransport(secure: boolean, onConnected: () => void): Transport {
  return {
    request(options, onAnswer) {
      const request = secure ? https.request(options, onAnswer) : http.request(options, onAnswer);
      request.once('socket', (socket) => {
        if (request.reusedSocket || !socket.connecting) onConnected();
        else socket.once(secure ? 'secureConnect' : 'connect', onConnected);
      });
      return request;
    },
  };
}

const idle = { keepAlive: true, maxSockets: 32, scheduling: 'lifo', timeout: 30_000 } as const;
const pooled = { httpAgent: new http.Agent(idle), httpsAgent: new https.Agent(idle) };
const single = { httpAgent: new http.Agent({ keepAlive: false }), httpsAgent: new https.Agent({ keepAlive: false }) };

/** Writes never use a pooled connection: if the far side closes an idle one, the write's outcome would be unknown. */
export const agentsFor = (effect: 'read' | 'write') => (effect === 'read' ? pooled : single);

/**
 * The same, but connecting only to one of these addresses, whatever the host name resolves to by then. TLS still checks the
 * name.
 */
export function pinnedTransport(secure: boolean, addresses: readonly LookupAddress[], onConnected: () => void): Transport {
  const { request } = watchedTransport(secure, onConnected);
  const lookup: LookupFunction = (_host, options, found) => {
    if (options.all) return found(null, [...addresses]);
    found(null, addresses[0]?.address ?? '', addresses[0]?.family);
  };
  return { request: (options, onAnswer) => request({ ...options, lookup }, onAnswer) };
}
