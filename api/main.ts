import type { AddressInfo } from 'node:net';
import { apiEnvironment, readEnvironments } from '../shared/config/environment.ts';
import { partnerSupportEnvironment, supportOf } from '../shared/config/partners.ts';
import { readTemporalSettings } from '../shared/config/temporal.ts';
import { closeBox } from '../shared/security/boxing.ts';
import { invitationLinks } from '../shared/security/invitation-links.ts';
import { codecKeys } from '../shared/security/payload-codec.ts';
import { secretOf } from '../shared/security/secret.ts';
import { closePool, createPool } from '../shared/store/tenancy.ts';
import { assertFitToServe } from '../shared/store/tenants/boot.ts';
import { connectTemporal } from '../shared/temporal/connection.ts';
import { temporalRuns } from '../shared/temporal/runs.ts';
import { plans } from '../workflows/plans/index.ts';
import { createApp } from './app.ts';
import { createMetrics } from './health.ts';
import { linkTokens } from './link-tokens.ts';
import { createLog } from './log.ts';
import { createBoundedServer, stopServing } from './serving.ts';

/** The API's process: serves until it is stopped, then lets open requests finish. */
const [settings, support] = readEnvironments(apiEnvironment, partnerSupportEnvironment);
const log = createLog(settings.LOG_LEVEL);
const pool = createPool(settings.DATABASE_URL, {
  applicationName: 'groundwork-api',
  onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
});
const { connectionOptions, namespace, tls } = readTemporalSettings();
const temporal = connectTemporal({
  connectionOptions,
  namespace,
  keys: codecKeys({ id: settings.CODEC_KEY_ID, key: settings.CODEC_KEY }, settings.CODEC_FORMER_KEYS),
  caller: 'api',
});
await assertFitToServe({
  mode: settings.GROUNDWORK_MODE,
  pool,
  databaseUrl: settings.DATABASE_URL,
  restoreEpoch: settings.RESTORE_EPOCH,
  urls: { PAGES_URL: settings.PAGES_URL, PROCORE_LOGIN_URL: settings.PROCORE_LOGIN_URL },
  keys: { CODEC_KEY: settings.CODEC_KEY },
  keyIds: { CODEC_KEY_ID: settings.CODEC_KEY_ID },
  listens: { API_HOST: settings.API_HOST },
  temporal: { connection: temporal.connection, tls },
});
const { registry, answered } = createMetrics();

const app = createApp({
  pool,
  // a person waits for the answer; what takes longer is delivered by upkeep
  runs: temporalRuns(temporal, { startMs: 3000, updateMs: 5000 }),
  settings: {
    mode: settings.GROUNDWORK_MODE,
    pagesUrl: settings.PAGES_URL,
    procoreLoginUrl: settings.PROCORE_LOGIN_URL,
    procoreClientId: settings.PROCORE_CLIENT_ID,
    maxPerAddress: 6000,
    maxPerKey: 3000,
    restoreEpoch: settings.RESTORE_EPOCH,
    metricsToken: settings.METRICS_TOKEN,
    trustedProxy: settings.TRUSTED_PROXY,
    showsDocs: settings.API_DOCS === 'shown',
    temporalUiUrl: settings.TEMPORAL_UI_URL,
  },
  plans,
  supportOf: (partner) => supportOf(partner, support),
  log,
  metrics: registry,
  answered: (labels, seconds) => answered.observe(labels, seconds),
  seal: (place, text) => closeBox(settings.SEALING_PUBLIC_KEY, place, secretOf(text)),
  linkToken: linkTokens(settings.CODEC_KEY),
  invitationLinks: invitationLinks(settings.CODEC_KEY),
});

const server = createBoundedServer(app);
server.listen(settings.API_PORT, settings.API_HOST, () => {
  const { port } = server.address() as AddressInfo; // a TCP server's address
  process.stdout.write(`${JSON.stringify({ ready: true, api: `http://127.0.0.1:${port}`, pages: settings.PAGES_URL })}\n`);
});
server.on('error', (error) => {
  log.fatal({ err: error }, 'cannot listen');
  process.exitCode = 1;
  void closePool(pool);
});

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    stopServing(server)
      .then(() => Promise.all([closePool(pool), temporal.connection.close()]))
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'did not stop cleanly');
          process.exit(1);
        },
      );
  });
}
