import { NativeConnection, type Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { acmeId } from '../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { agree } from '../scripts/tour/comparison.ts';
import { jsonClient, until } from '../scripts/tour/http.ts';
import { compareManpower, reckonManpower } from '../scripts/tour/reckoning.ts';
import { truthFrom } from '../scripts/tour/truth.ts';
import { readEnvironments, workerEnvironment } from '../shared/config/environment.ts';
import { timingsOf } from '../shared/config/pace.ts';
import { partnerOriginsEnvironment } from '../shared/config/partners.ts';
import { workflowIds } from '../shared/domain/ids.ts';
import { declarations } from '../shared/partners/registry.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { oneCodecKey } from '../shared/security/payload-codec.ts';
import { findProjectLink } from '../shared/store/projects/project-links.ts';
import { closePool, createPool, withTenant } from '../shared/store/tenancy.ts';
import { createTenant } from '../shared/store/tenants/tenants.ts';
import { connectTemporal } from '../shared/temporal/connection.ts';
import { sealedDataConverter } from '../shared/temporal/data-converter.ts';
import { startProjectSync } from '../shared/temporal/starts.ts';
import { activityDependencies } from '../worker/dependencies.ts';
import { createWorkers } from '../worker/workers.ts';
import type { DatabaseUrls } from './database.ts';
import { costOf, type HistoryCost } from './histories.ts';
import { linkSeededProject, projectNumber } from './linked-project.ts';
import { ours, workerEnvironmentOn } from './worker-settings.ts';

export interface SyncGround {
  /** Migrated, of this sync alone. */
  readonly database: Pick<DatabaseUrls, 'serveUrl' | 'upkeepUrl' | 'adminUrl'>;
  readonly temporalAddress: string;
  readonly workflowBundle: string;
  /** Procore's limits; the usual ones where absent. */
  readonly rateProfile?: 'default' | 'generous';
}

export interface FirstSync {
  /** Sign-ins of the project at the source. */
  readonly records: number;
  /** Manpower entries that stand in Procore at the end. */
  readonly entries: number;
  readonly cost: HistoryCost;
}

const days = 30;
const patienceMs = 300_000;

/**
 * The first sync of thirty days of one project, by our loop and our activities, between the sandbox's two sides. Throws where the
 * tour's reckoning finds an entry lost, doubled or wrong.
 */
export async function firstSync(ground: SyncGround): Promise<FirstSync> {
  const sandbox = await startSandbox({ ours });
  sandbox.world.switches.set('rateProfile', ground.rateProfile ?? 'default');
  try {
    return await syncOn(ground, sandbox);
  } finally {
    await sandbox.close();
  }
}

async function syncOn({ database, temporalAddress, workflowBundle }: SyncGround, sandbox: Sandbox): Promise<FirstSync> {
  const environment = workerEnvironmentOn(database, sandbox.urls);
  const [settings, partnerOrigins] = readEnvironments(workerEnvironment, partnerOriginsEnvironment, environment);
  const keys = oneCodecKey(settings.CODEC_KEY_ID, settings.CODEC_KEY);
  const roots = rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY));
  const connectionOptions = { address: temporalAddress };
  const namespace = 'default';
  const client = connectTemporal({ connectionOptions, namespace, keys, caller: 'bench' });
  const connection = await NativeConnection.connect(connectionOptions);
  const pool = createPool(settings.DATABASE_URL, { max: 10 });
  const upkeepPool = createPool(settings.UPKEEP_DATABASE_URL, { max: 1 });
  const timings = { ...timingsOf('production'), manpowerWindowDays: days };
  const log = { info: () => undefined, warn: () => undefined };
  let workers: Worker[] = [];
  let running: Promise<unknown> = Promise.resolve();
  try {
    const { tenantId } = await createTenant(pool, roots, {
      slug: 'bench',
      name: 'Bench',
      partner: 'hammertech',
      mode: 'demo',
      createdBy: 'bench',
    });
    const { projectLinkId, generation } = await linkSeededProject({ pool, adminUrl: database.adminUrl, tenantId }, sandbox);
    workers = await createWorkers({
      connection,
      namespace,
      dataConverter: sealedDataConverter(namespace, keys),
      workflowBundle: { codePath: workflowBundle },
      activities: createActivities(
        activityDependencies({
          settings,
          partnerOrigins,
          supportOf: (partner) => declarations[partner].support,
          timings,
          pool,
          upkeepPool,
          roots,
          client,
          log,
        }),
      ),
      queues: ['workflows', 'sync'],
    });
    running = Promise.all(workers.map((worker) => worker.run()));
    const startedAt = new Date();
    const runId = await startProjectSync(client, { tenantId, projectLinkId, partner: 'hammertech', generation });
    await until('the end of the first cycle', patienceMs, async () => {
      const link = await withTenant(pool, tenantId, (db) => findProjectLink(db, projectLinkId));
      return link?.lastCycleAt ?? undefined;
    });
    const cost = await costOf(client, workflowIds.projectSync(tenantId, projectLinkId), runId);
    return { ...(await countedAt(sandbox, startedAt)), cost };
  } finally {
    for (const worker of workers) worker.shutdown();
    await running;
    await Promise.all([closePool(pool), closePool(upkeepPool), client.connection.close(), connection.close()]);
  }
}

/** What both sides hold, asked past the product; the loop was started at `startedAt`. */
async function countedAt(sandbox: Sandbox, startedAt: Date): Promise<{ readonly records: number; readonly entries: number }> {
  const truth = truthFrom(jsonClient(sandbox.control.url, sandbox.control.token));
  const [all, companies, vendors] = await Promise.all([
    truth.hammertech('acme-safety'),
    truth.companies(),
    truth.vendors(acmeId),
  ]);
  const company = companies.find(({ id }) => id === acmeId);
  const site = all.projects.find(({ number }) => number === projectNumber);
  if (!company || !site) throw new Error('the seed is another one');
  const signIns = all.signIns.filter(({ projectId }) => projectId === site.id);
  const entries = await truth.manpower(company.id);
  const expected = reckonManpower({ hammertech: { ...all, signIns }, company, vendors }, startedAt);
  const compared = compareManpower(expected, entries);
  if (compared.source === 0 || !agree(compared)) throw new Error(`not the same on both sides: ${JSON.stringify(compared)}`);
  return { records: signIns.length, entries: entries.length };
}
