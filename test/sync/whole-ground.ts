import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import type { SyncActivities } from '../../activities/contract.ts';
import type { SyncDependencies } from '../../activities/sync/dependencies.ts';
import { createSyncActivities } from '../../activities/sync/index.ts';
import { type Credential, issueCredential } from '../../sandbox/login/credentials.ts';
import { acmeId, hammertechLogins } from '../../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { type Timings, timingsOf } from '../../shared/config/pace.ts';
import { createMemory } from '../../shared/domain/memory.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { createProcoreClient } from '../../shared/procore/client.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { readingOnly } from '../../shared/procore/reading-only.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { storeMatches } from '../../shared/store/matches.ts';
import { linkProject, type ProjectLink } from '../../shared/store/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import { type TestStore, useTestStore } from '../support/store.ts';
import { type Foreseen, foresee } from './foreseen.ts';

const tenantSlug = 'acme-safety';

/** The seeded Acme between both sandboxes over HTTP, with one live connection, its company link and the links a test makes. */
export interface WholeGround {
  readonly sandbox: Sandbox;
  readonly store: TestStore;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly companyLink: ProjectLink;
  /** The service account that writes: an installed app's, with the rights of the guide. */
  readonly account: Credential;
  readonly activities: SyncActivities;
  /** Links a Procore project, by its number, with HammerTech's project of that number. */
  link(number: string): Promise<ProjectLink>;
  match(matches: readonly RecordMatch[]): Promise<void>;
  settings(settings: unknown): Promise<void>;
  cycle(link: ProjectLink, stream: string): Promise<StreamReport>;
  /** A dry run of one stream of a link; answers what it says of each record. */
  foresee(link: ProjectLink, stream: string): Promise<Foreseen>;
  /** Cycles until nothing is open, letting the waits pass in between. */
  settle(link: ProjectLink, stream: string): Promise<StreamReport>;
  /** What was asked once in a round of care is asked again. */
  roundPasses(): void;
  /** Requests since the last asking, as `METHOD path`. */
  calls(side: 'procore' | 'hammertech'): readonly string[];
}

/** One ground for each asking; the sandboxes of a file are closed at its end. */
export function useWholeGrounds(pace: Partial<Timings> = {}): () => Promise<WholeGround> {
  const store = useTestStore();
  const opened: Sandbox[] = [];
  afterAll(async () => {
    for (const sandbox of opened) await sandbox.close();
  });
  return async () => {
    const sandbox = await startSandbox();
    opened.push(sandbox);
    sandbox.world.switches.set('rateProfile', 'generous');
    return wholeGround(store(), sandbox, pace);
  };
}

async function wholeGround(store: TestStore, sandbox: Sandbox, pace: Partial<Timings>): Promise<WholeGround> {
  const { world, hammertech, urls } = sandbox;
  const timings = { ...timingsOf('demo'), httpDeadlineMs: 5000, claimLeaseMs: 12_000, settleMs: 60_000, ...pace };
  const tenantId = await store.newTenant();
  const connectionId = randomUUID();
  const account = issueCredential(world, {
    companyId: acmeId,
    kind: 'dmsa',
    permittedProjectIds: world.projects.filter(({ companyId }) => companyId === acmeId).map(({ id }) => id),
  });
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, company_name, sync_user_id, modules)
     VALUES ($1, $2, 'hammertech', 'company', 'live', $3, $3, 'Acme Builders', $4, $5)`,
    [tenantId, connectionId, acmeId, account.personId, [...declarations.hammertech.modules]],
  );
  const linkOf = (link: Partial<Parameters<typeof linkProject>[1]>) =>
    withTenant(store.pool, tenantId, (db) =>
      linkProject(db, {
        tenantId,
        connectionId,
        procoreProjectId: acmeId,
        procoreProjectName: 'Acme Builders',
        partnerProjectId: connectionId,
        partnerProjectName: 'HammerTech',
        procoreTimeZone: null,
        timeZone: null,
        basis: 'none',
        ...link,
      }),
    );
  const companyLink = await linkOf({ scope: 'company' });
  const partners = createPartners();
  const { password, ...login } = hammertechLogins[tenantSlug];
  const token = createServiceTokens(createOAuth({ loginOrigin: urls.login, deadlineMs: timings.httpDeadlineMs })).sourceFor(
    connectionId,
    async () => ({ clientId: account.clientId, clientSecret: secretOf(account.clientSecret) }),
  );
  const budget = createMemoryBudget();
  const openClients: SyncDependencies['openClients'] = async ({ company, around }) => ({
    procore: createProcoreClient({
      origin: urls.api,
      company,
      token,
      budget,
      asker: { budgetKey: 'test', lane: around.lane, tenant: 'test', part: 'test' },
      timings,
      signal: around.signal,
    }),
    partnerClient: partners.hammertech.connect({
      key: connectionId,
      shown: { ...login, tenant: tenantSlug },
      secret: async () => secretOf(password),
      origins: {
        HAMMERTECH_API_URL: `${urls.hammertech.api}/{region}`,
        HAMMERTECH_AUTH_URL: `${urls.hammertech.auth}/{region}`,
      },
      timings,
      signal: around.signal,
      onWait: () => undefined,
      onCall: () => undefined,
    }),
  });
  let passedMs = 0;
  const activities = createSyncActivities({
    pool: store.pool,
    timings,
    environment: urls.api,
    streamsOf: (partner) => partners[partner].streams,
    settingsOf: (partner, stored) => partners[partner].settings.parse(stored),
    openClients,
    openReading: async (wish) => {
      const { procore, partnerClient } = await openClients(wish);
      return { procore: readingOnly(procore), partnerClient: partners.hammertech.readingOnly(partnerClient) };
    },
    pseudonymsOf: async () => (value) => `p-${value}`,
    surroundings: () => ({
      heartbeat: () => undefined,
      onWait: () => undefined,
      lane: 'polling',
      signal: new AbortController().signal,
    }),
    memory: createMemory(() => Date.now() + passedMs),
    crashPoint: () => undefined,
    nowMs: () => world.clock.nowMs(),
  });
  const asked = { procore: world.ledger.last, hammertech: world.ledger.last };
  const ground: WholeGround = {
    sandbox,
    store,
    tenantId,
    connectionId,
    companyLink,
    account,
    activities,
    async link(number) {
      const project = world.projects.find((one) => one.number === number && one.companyId === acmeId);
      const site = hammertech.projects.find(({ record }) => record.number === number)?.record;
      if (!project || !site) throw new Error(`the seed has no project ${number} on both sides`);
      return linkOf({
        procoreProjectId: project.id,
        procoreProjectName: project.name,
        partnerProjectId: site.id,
        partnerProjectName: site.name,
        procoreTimeZone: project.timeZone,
        timeZone: site.timeZone,
        basis: 'project-number',
      });
    },
    match: (matches) => withTenant(store.pool, tenantId, (db) => storeMatches(db, tenantId, connectionId, matches)),
    async settings(settings) {
      await store.admin.query('UPDATE connection SET partner_settings = $2 WHERE connection_id = $1', [
        connectionId,
        JSON.stringify(settings),
      ]);
    },
    async cycle({ projectLinkId, generation }, stream) {
      const report = await activities.runStream({ tenantId, projectLinkId, generation, stream });
      if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
      return report;
    },
    foresee: ({ projectLinkId }, stream) => foresee({ store, activities }, { tenantId, projectLinkId, stream }),
    async settle(link, stream) {
      for (let cycles = 0; cycles < 8; cycles += 1) {
        const report = await ground.cycle(link, stream);
        if (report.open === 0) return report;
        await store.admin.query(
          `UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour'
           WHERE project_link_id = $1`,
          [link.projectLinkId],
        );
      }
      throw new Error('still open after eight cycles');
    },
    roundPasses() {
      passedMs += timings.careRoundMs + 1;
    },
    calls(side) {
      const entries = world.ledger.after(asked[side], { side }, 100_000);
      asked[side] = world.ledger.last;
      return entries.map(({ method, path }) => `${method} ${path}`);
    },
  };
  return ground;
}
