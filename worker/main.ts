import { readFileSync } from 'node:fs';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { readEnvironment, readEnvironments, workerEnvironment } from '../shared/config/environment.ts';
import { timingsOf } from '../shared/config/pace.ts';
import { partnerOriginsEnvironment, partnerSupportEnvironment, supportOf } from '../shared/config/partners.ts';
import { readTemporalSettings } from '../shared/config/temporal.ts';
import { taskQueues } from '../shared/domain/ids.ts';
import { rootKey, rootKeys } from '../shared/security/keys.ts';
import { codecKeys } from '../shared/security/payload-codec.ts';
import { closePool, createPool } from '../shared/store/tenancy.ts';
import { assertFitToServe } from '../shared/store/tenants/boot.ts';
import { connectTemporal } from '../shared/temporal/connection.ts';
import { sealedDataConverter } from '../shared/temporal/data-converter.ts';
import { bundleWorkflows } from './bundle.ts';
import { activityDependencies } from './dependencies.ts';
import { createLogger, temporalLogger } from './logger.ts';
import { persistently } from './persistence.ts';
import { buildIdOf } from './release.ts';
import { ensureUpkeepSchedule } from './schedule.ts';
import { createWorkers, type TaskQueueName } from './workers.ts';

/** The worker's process: serves workflows and activities of the configured queues until it is stopped. */
const [settings, partnerOrigins] = readEnvironments(workerEnvironment, partnerOriginsEnvironment);
const support = readEnvironment(partnerSupportEnvironment);
const mode = settings.GROUNDWORK_MODE;
const timings = timingsOf(mode);
const temporal = readTemporalSettings();
const log = createLogger('worker', settings.LOG_LEVEL);
const formerRoots = settings.ROOT_FORMER_KEYS.map(({ id, key }) => rootKey(id, key));
const roots = rootKeys(rootKey(settings.ROOT_KEY_ID, settings.ROOT_KEY), formerRoots);
const keys = codecKeys({ id: settings.CODEC_KEY_ID, key: settings.CODEC_KEY }, settings.CODEC_FORMER_KEYS);

Runtime.install({
  logger: temporalLogger(log),
  shutdownSignals: ['SIGINT', 'SIGTERM'],
  telemetryOptions: {
    metrics: {
      prometheus: {
        bindAddress: socketAddress(settings.METRICS_HOST, settings.METRICS_PORT),
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
      },
    },
  },
});

const onConnectionLost = (error: Error): void => log.warn({ error: error.message }, 'a database connection was lost');
const pool = createPool(settings.DATABASE_URL, { max: 30, applicationName: 'groundwork-worker', onConnectionLost });
const upkeepPool = createPool(settings.UPKEEP_DATABASE_URL, { max: 2, applicationName: 'groundwork-upkeep', onConnectionLost });
const { connectionOptions, namespace } = temporal;
const client = connectTemporal({ connectionOptions, namespace, keys, caller: 'worker' });

const connection = await persistently('Temporal', log, () => NativeConnection.connect(connectionOptions));
await persistently('the database', log, () =>
  assertFitToServe({
    mode,
    pool,
    databaseUrl: settings.DATABASE_URL,
    restoreEpoch: settings.RESTORE_EPOCH,
    urls: {
      PROCORE_LOGIN_URL: settings.PROCORE_LOGIN_URL,
      PROCORE_API_URL: settings.PROCORE_API_URL,
      OAUTH_REDIRECT_URL: settings.OAUTH_REDIRECT_URL,
      PAGES_URL: settings.PAGES_URL,
      ...partnerOrigins,
      ...Object.fromEntries(settings.FILE_ORIGINS.map((origin, index) => [`FILE_ORIGINS ${index + 1}`, origin])),
    },
    keys: { CODEC_KEY: settings.CODEC_KEY, ROOT_KEY: settings.ROOT_KEY, SEALING_PRIVATE_KEY: settings.SEALING_PRIVATE_KEY },
    keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID, ROOT_KEY_ID: settings.ROOT_KEY_ID },
    smtpUrl: settings.SMTP_URL,
    listens: { METRICS_HOST: settings.METRICS_HOST },
    roots,
    temporal: { connection: client.connection, tls: temporal.tls },
  }),
);
await persistently('the Schedule of upkeep', log, () => ensureUpkeepSchedule(client, timings.upkeepRoundMs));

const deps = activityDependencies({
  settings,
  partnerOrigins,
  supportOf: (partner) => supportOf(partner, support),
  timings,
  pool,
  upkeepPool,
  roots,
  client,
  log,
});
const replayed = await deps.grants.replay();
if (replayed > 0) log.info({ replayed }, 'pairs of tokens that an earlier worker had brought in are stored');

const code = settings.WORKFLOW_BUNDLE === undefined ? await bundleWorkflows() : readFileSync(settings.WORKFLOW_BUNDLE, 'utf8');
const workers = await createWorkers({
  connection,
  namespace,
  dataConverter: sealedDataConverter(namespace, keys),
  workflowBundle: { code },
  activities: createActivities(deps),
  queues: queuesOf(settings.TASK_QUEUES),
  buildId: mode === 'production' ? buildIdOf(code) : undefined,
});
const running = Promise.all(workers.map((worker) => worker.run()));
process.stdout.write(`${JSON.stringify({ ready: true, process: 'worker', queues: settings.TASK_QUEUES })}\n`);

try {
  await running;
} finally {
  await Promise.all([closePool(pool), closePool(upkeepPool), client.connection.close(), connection.close()]);
}

function socketAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function queuesOf(text: string): TaskQueueName[] {
  return text.split(',').map((each) => {
    const name = each.trim();
    const known = (Object.keys(taskQueues) as TaskQueueName[]).find((queue) => queue === name);
    if (known === undefined) throw new Error(`TASK_QUEUES: "${name}" is none of ${Object.keys(taskQueues).join(', ')}`);
    return known;
  });
}
