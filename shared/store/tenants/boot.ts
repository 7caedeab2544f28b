import type { ConnectionLike } from '@temporalio/client';
import { assertProductionReady } from '../../config/production.ts';
import type { RootKeys } from '../../security/keys.ts';
import type { StorePool } from '../tenancy.ts';
import { assertCanary, assertInstallation, readDatabaseStanding } from './installation.ts';

/** What a process will serve with. */
export interface Boot {
  readonly mode: 'demo' | 'production';
  readonly pool: StorePool;
  readonly databaseUrl: string;
  readonly restoreEpoch: string;
  /** URLs of far sides and pages, by the name of their setting. */
  readonly urls: Readonly<Record<string, string>>;
  /** The mail server, if this process sends mail. */
  readonly smtpUrl?: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly keyIds: Readonly<Record<string, string>>;
  /** Addresses it listens on, by the name of their setting. */
  readonly listens: Readonly<Record<string, string>>;
  /** Only processes that can open secrets have them; the canary is opened with them. */
  readonly roots?: RootKeys;
  readonly temporal: { readonly connection: ConnectionLike; readonly tls: boolean };
}

/**
 * Throws if the process must not serve, before the first request or task: a database of another mode or restored since, a wrong
 * root key, a role that bypasses row-level security, a demo that would contact the outside. Lists all faults of the settings at
 * once.
 */
export async function assertFitToServe(boot: Boot): Promise<void> {
  await assertInstallation(boot.pool, { mode: boot.mode, restoreEpoch: boot.restoreEpoch });
  if (boot.roots) await assertCanary(boot.pool, boot.roots);
  assertProductionReady({
    mode: boot.mode,
    urls: boot.urls,
    ...(boot.smtpUrl !== undefined && { smtpUrl: boot.smtpUrl }),
    keys: boot.keys,
    keyIds: boot.keyIds,
    listens: boot.listens,
    database: await readDatabaseStanding(boot.pool),
    databaseUrl: boot.databaseUrl,
    temporal: { persistence: await persistenceOf(boot), tls: boot.temporal.tls },
  });
}

/** The server's name of its persistence store; a demo does not ask, so that it starts while Temporal is still down. */
async function persistenceOf({ mode, temporal }: Boot): Promise<string> {
  if (mode === 'demo') return 'not asked';
  const cluster = await temporal.connection.workflowService.getClusterInfo({});
  return cluster.persistenceStore ?? 'unknown';
}
