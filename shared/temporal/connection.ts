import { randomBytes } from 'node:crypto';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { CodecKeys } from '../security/payload-codec.ts';
import { guardedClient } from './client-interceptor.ts';
import { sealedDataConverter } from './data-converter.ts';

export interface TemporalAccess {
  /** Address, TLS and API key, as read by `shared/config`. */
  readonly connectionOptions: ConnectionOptions;
  readonly namespace: string;
  readonly keys: CodecKeys;
  /** The calling process, e.g. `api`: shown with its actions; never a user or host name. */
  readonly caller: string;
}

/** `api@4f2a91c0`: distinguishes processes without naming a machine. */
export const identityOf = (caller: string): string => `${caller}@${randomBytes(4).toString('hex')}`;

/** A client that seals what it sends. It connects on the first call, so that a process can start while Temporal is down. */
export function connectTemporal({ connectionOptions, namespace, keys, caller }: TemporalAccess): Client {
  return new Client({
    connection: Connection.lazy({ connectTimeout: '5 seconds', ...connectionOptions }),
    namespace,
    identity: identityOf(caller),
    dataConverter: sealedDataConverter(namespace, keys),
    interceptors: { workflow: [guardedClient] },
  });
}
