import { tmpdir } from 'node:os';
import { createChecks } from '../../activities/checks/index.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { grantTokensOf } from '../../activities/grants/index.ts';
import { createSyncActivities, syncDependenciesOf } from '../../activities/sync/index.ts';
import type { LedgerEntry } from '../../sandbox/kernel/ledger.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { type JsonClient, jsonClient } from '../../scripts/tour/http.ts';
import { procoreFiles } from '../../shared/config/files.ts';
import { timingsOf } from '../../shared/config/pace.ts';
import { createMemory } from '../../shared/domain/memory.ts';
import { createMailer } from '../../shared/mail/transport.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { generateKey, rootKey, rootKeys } from '../../shared/security/keys.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { createRateBudget } from '../../shared/store/rate-budget.ts';
import { closePool, createPool } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { createGrantSpill } from '../../worker/grant-spill.ts';
import { plans } from '../../workflows/plans/index.ts';
import type { DatabaseUrls } from '../database.ts';
import { boxKeys, ours, spillDirectory } from '../worker-settings.ts';

/** The large sandbox (17 projects, 30 days each) and the product's own activities on it; what Temporal would call, a test calls. */
export interface CallsGround {
  readonly sandbox: Sandbox;
  readonly control: JsonClient;
  readonly deps: ActivityDependencies;
  readonly roots: ReturnType<typeof rootKeys>;
  readonly checks: ReturnType<typeof createChecks>;
  readonly sync: ReturnType<typeof createSyncActivities>;
  /** Requests that Procore's API has had since the last asking. */
  calls(): readonly LedgerEntry[];
  /** What the process remembers grows older by this: by nothing else, so that counts are the same however loaded the machine is. */
  letPass(ms: number): void;
  close(): Promise<void>;
}

const mostCalls = 1_000_000;

export async function startCallsGround(database: Pick<DatabaseUrls, 'serveUrl' | 'upkeepUrl'>): Promise<CallsGround> {
  const sandbox = await startSandbox({ ours, profile: 'large' });
  const { urls, world } = sandbox;
  // how many calls there are is counted here, not how fast they may come
  world.switches.set('rateProfile', 'generous');
  const pool = createPool(database.serveUrl, { max: 8 });
  const upkeepPool = createPool(database.upkeepUrl, { max: 1 });
  const roots = rootKeys(rootKey('bench', generateKey()));
  // as customers have it, over as many days as the demo shows
  const timings = { ...timingsOf('production'), manpowerWindowDays: 30 };
  const oauth = createOAuth({ loginOrigin: urls.login, deadlineMs: timings.httpDeadlineMs });
  const vault = createVault(roots, boxKeys.privateKey);
  const log = { info: () => undefined, warn: () => undefined };
  const procore = {
    apiOrigin: urls.api,
    oauth,
    serviceTokens: createServiceTokens(oauth),
    budget: createRateBudget(pool),
    ourApp: { clientId: ours.clientId, clientSecret: secretOf(ours.clientSecret), redirectUrl: ours.redirectUri },
    files: procoreFiles(
      'demo',
      { PROCORE_API_URL: urls.api, PROCORE_FILE_HOSTS: [], FILE_ORIGINS: [urls.storage], SPOOL_FOLDER: tmpdir() },
      timings,
    ),
  };
  let rememberedAtMs = Date.now();
  const deps: ActivityDependencies = {
    pool,
    upkeepPool,
    vault,
    procore,
    grants: grantTokensOf({ pool, vault, procore, timings, log, spill: createGrantSpill(spillDirectory, log) }),
    // nobody is invited here
    mail: {
      mailer: createMailer({
        url: urls.smtp,
        from: { name: 'Bench', address: 'bench@groundwork.example' },
        tlsRequired: false,
        deadlineMs: 1000,
      }),
      links: invitationLinks(generateKey()),
      pagesUrl: 'http://localhost:3000',
      supportOf: (partner) => declarations[partner].support,
      restoreEpoch: 'bench',
    },
    partnerOrigins: {
      PART3_API_URL: urls.part3,
      HAMMERTECH_API_URL: `${urls.hammertech.api}/{region}`,
      HAMMERTECH_AUTH_URL: `${urls.hammertech.auth}/{region}`,
    },
    partners: createPartners(),
    nowMs: Date.now,
    plans,
    timings,
    memory: createMemory(() => rememberedAtMs),
    runs: noRuns,
    surroundings: () => ({
      signal: new AbortController().signal,
      lane: 'polling',
      heartbeat: () => undefined,
      onWait: () => undefined,
    }),
    log,
  };
  let asked = world.ledger.last;
  return {
    sandbox,
    control: jsonClient(sandbox.control.url, sandbox.control.token),
    deps,
    roots,
    checks: createChecks(deps),
    sync: createSyncActivities(syncDependenciesOf(deps)),
    calls() {
      const entries = world.ledger.after(asked, { side: 'procore' }, mostCalls);
      asked = world.ledger.last;
      return entries;
    },
    letPass(ms) {
      rememberedAtMs += ms;
    },
    close: async () => {
      await Promise.all([sandbox.close(), closePool(pool), closePool(upkeepPool)]);
    },
  };
}

/** No loop runs by itself: each activity is called when its calls are to be counted. */
const noRuns: ActivityDependencies['runs'] = {
  startWanted: async () => undefined,
  deliverCommand: async () => 'answered',
  signalRecordsChanged: async () => true,
  listRunning: async function* () {},
  stop: async () => undefined,
};
