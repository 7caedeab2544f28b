import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { fillFromFiles } from './secret-files.ts';

export interface TemporalSettings {
  /** Address, TLS and API key. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  readonly tls: boolean;
}

/**
 * The standard `TEMPORAL_*` settings (address, namespace, TLS, API key, profile), so that Temporal Cloud works as documented.
 * Certificates have their own path settings there; the API key may come from `TEMPORAL_API_KEY_FILE`.
 */
export function readTemporalSettings(environment: NodeJS.ProcessEnv = process.env): TemporalSettings {
  const { environment: filled, faults } = fillFromFiles(['TEMPORAL_API_KEY'], environment);
  if (faults.length > 0) throw new Error(`configuration is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  const given = Object.fromEntries(
    Object.entries(filled).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars: given });
  return {
    connectionOptions: { ...connectionOptions, address: connectionOptions.address ?? '127.0.0.1:7233' },
    namespace,
    tls: connectionOptions.tls !== undefined && connectionOptions.tls !== false,
  };
}
