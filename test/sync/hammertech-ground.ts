import { randomUUID } from 'node:crypto';
import type { SyncActivities } from '../../activities/contract.ts';
import { type Credential, issueCredential } from '../../sandbox/login/credentials.ts';
import { acmeId, hammertechLogins } from '../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { Timings } from '../../shared/config/pace.ts';
import type { RecordMatch } from '../../shared/domain/projects.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { createPartners, declarations } from '../../shared/partners/registry.ts';
import { createProcoreClient } from '../../shared/procore/client.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { linkProject, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import { type TestStore, useTestStore } from '../support/store.ts';
import { type Foreseen, foresee } from './foreseen.ts';
import { createEngine, groundTimings } from './parts/engine.ts';
import { useSandboxes } from './parts/sandboxes.ts';

const tenantSlug = 'acme-safety';

/**
 * HammerTech and Procore, for what each of its streams carries. Stands: the seeded Acme in both sandboxes over HTTP, every stream of
 * HammerTech, a live connection with its company link and the links that a test makes. Does not: onboarding, workflows, people's grants.
 */
export interface HammertechGround {
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
export function useHammertechGrounds(pace: Partial<Timings> = {}): () => Promise<HammertechGround> {
  const store = useTestStore();
  const newSandbox = useSandboxes();
  return async () => hammertechGround(store(), await newSandbox(), pace);
}

async function hammertechGround(store: TestStore, sandbox: Sandbox, pace: Partial<Timings>): Promise<HammertechGround> {
  const { world, hammertech, urls } = sandbox;
  const timings = groundTimings(pace);
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
  const engine = createEngine({
    store,
    sandbox,
    timings,
    partner: partners.hammertech,
    nowMs: () => world.clock.nowMs(),
    openClients: async ({ company, around }) => ({
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
    }),
  });
  const { activities } = engine;
  return {
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
    settings: (settings) => engine.settings({ connectionId }, settings),
    cycle: (link, stream) => engine.cycle(link, stream),
    foresee: ({ projectLinkId }, stream) => foresee({ store, activities }, { tenantId, projectLinkId, stream }),
    settle: (link, stream) => engine.settle(link, () => engine.cycle(link, stream)),
    roundPasses: () => engine.remembersNothingSince(timings.careRoundMs),
    calls: (side) => engine.calls(side),
  };
}
