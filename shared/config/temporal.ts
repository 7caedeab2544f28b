import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';

export interface TemporalSettings {
  /** Address, TLS and API key. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  readonly tls: boolean;
}

/** The standard `TEMPORAL_*` settings (address, namespace, TLS, API key, profile), so that Temporal Cloud works as its documents say. */
export function readTemporalSettings(environment: NodeJS.ProcessEnv = process.env): TemporalSettings {
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars: given });
  return {
    connectionOptions: { ...connectionOptions, address: connectionOptions.address ?? '127.0.0.1:7233' },
    namespace,
    tls: connectionOptions.tls !== undefined && connectionOptions.tls !== false,
  };
}
