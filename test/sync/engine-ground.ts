import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import type { CrashHook } from '../../activities/sync/crash-points.ts';
import type { SyncDependencies } from '../../activities/sync/dependencies.ts';
import type { createSyncActivities } from '../../activities/sync/index.ts';
import { addProjectVendor, addVendor, type NewVendor } from '../../sandbox/kernel/directory.ts';
import type { FaultKind } from '../../sandbox/kernel/faults.ts';
import { type Credential, issueCredential } from '../../sandbox/login/credentials.ts';
import { createManpower } from '../../sandbox/procore/acts/manpower.ts';
import type { BoundCompany } from '../../shared/domain/company.ts';
import type { Fault } from '../../shared/domain/faults.ts';
import { addDays, localDateOf } from '../../shared/domain/local-dates.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import { createPartners } from '../../shared/partners/registry.ts';
import { createProcoreClient, type ProcoreClient } from '../../shared/procore/client.ts';
import { createOAuth } from '../../shared/procore/oauth.ts';
import { createServiceTokens } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { linkProject, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { type Ground, openGround, type SmallWorld, serviceAccount, smallWorld, trueManpower } from '../sandbox/procore-ground.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import { type TestStore, useTestStore } from '../support/store.ts';
import { type Foreseen, foresee } from './foreseen.ts';
import { createEngine, groundTimings } from './parts/engine.ts';
import { sourceOf } from './source.ts';

/** Short enough to test a deadline in; leases and settle times are made to pass in the database instead. */
const timings = groundTimings({ httpDeadlineMs: 1500, claimLeaseMs: 6000, inlineWaitMs: 3000 });

/** A day of the project (Sydney), so many days ago. */
export const daysAgo = (days: number): string => addDays(localDateOf(Date.now(), 'Australia/Sydney'), -days);

/**
 * The engine of sync on one project, for its queue, its look-ups and its crashes. Stands: the manpower stream, a store, a small Procore of
 * the sandbox over HTTP. Does not: HammerTech, whose records are a list that a test writes; checks, workflows, further streams.
 */
export interface EngineGround {
  readonly small: SmallWorld;
  readonly procore: Ground;
  /** The sync user. */
  readonly account: Account;
  readonly store: TestStore;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly link: ProjectLink;
  readonly source: ReturnType<typeof sourceOf>;
  /** Makes our own client throw instead of sending a write with that body; undefined: send it. */
  readonly meddler: Meddler;
  readonly dependencies: SyncDependencies;
  /** The same project, connected by another tenant with the same account. */
  neighbour(): Promise<EngineGround>;
  /** One cycle. */
  cycle(crashPoint?: CrashHook): Promise<StreamReport>;
  /** A dry run of the stream; answers what it says of each record. */
  foresee(): Promise<Foreseen>;
  activities(crashPoint?: CrashHook): ReturnType<typeof createSyncActivities>;
  /** Pairs an employer of HammerTech with a vendor of Procore. */
  match(employer: string, vendorId: string | null, name?: string): Promise<void>;
  /** A further vendor on the project; answers its id. */
  vendor(name: string, onProject?: boolean, given?: Partial<NewVendor>): string;
  /** Another entry of our own account, as a lost earlier call of ours would leave it; of yesterday, one worker and eight hours. */
  ownEntry(given?: { readonly numWorkers?: number; readonly numHours?: string; readonly contactId?: string }): {
    readonly id: string;
  };
  /** A person decides about an item (`about`, by default `itemId`), and the loop applies it to `itemId`, by default the first open one. */
  decide(
    resolution: 'retry' | 'leave' | 'overwrite',
    itemId?: string,
    about?: string,
  ): Promise<{ readonly applied: boolean; readonly says: string }>;
  /** The next requests of that method (one, or `times`) meet this fault in Procore. */
  spoil(method: 'GET' | 'POST' | 'PATCH', effect: FaultKind, times?: number): void;
  /** All waits that stand in the store are over. */
  timePasses(): Promise<void>;
  /** Cycles until nothing is open, letting the waits pass in between. */
  settle(crashPoint?: CrashHook): Promise<StreamReport>;
  deliveries(): Promise<readonly DeliveryLook[]>;
  items(): Promise<readonly { reason: string; subject: string; records: number; attention_item_id: string }[]>;
  /** Entries as they truly stand in Procore. */
  entries(): readonly Entry[];
  /** Their hours, sorted. */
  hours(): readonly string[];
  /** Requests to Procore's API since the last asking. */
  calls(): readonly { method: string; path: string }[];
}

export interface Meddler {
  refuse?: ((body: string) => Fault | undefined) | undefined;
  /** Changes what a write is answered with, and what is listed of it. */
  numHours?: string | undefined;
}

function refusing<Client extends ProcoreClient<BoundCompany>>(meddler: Meddler, client: Client): Client {
  return {
    ...client,
    async call(request) {
      if (request.effect === 'read') return client.call(request);
      const refusal = meddler.refuse?.(JSON.stringify(request.body));
      if (refusal) throw refusal;
      const reply = await client.call(request);
      const { numHours } = meddler;
      return numHours === undefined ? reply : { ...reply, value: { ...reply.value, numHours } };
    },
  };
}

export interface DeliveryLook {
  readonly natural_key: string;
  readonly version: number;
  readonly action: string;
  readonly state: string;
  readonly attempts: number;
  readonly trail: readonly { state: string; why: string }[];
}

export interface Entry {
  readonly id: string;
  readonly date: string;
  readonly vendorId: string;
  readonly numWorkers: number;
  readonly numHours: string;
  readonly createdBy: string;
  readonly notes: string | null;
}

const sydneyProject = '00000000-0000-4000-8000-00000000aaaa';

/** A service account, with the template it has on the project; one of ours has the rights of its app’s manifest instead. */
interface Account extends Credential {
  readonly templateId?: string;
}

/** As which service account a ground writes: a customer's own by default. */
type AccountOf = (small: SmallWorld) => Account;

/** Ours, installed in the customer's company: every tenant there writes with this one account. */
export const sharedAccount: AccountOf = ({ world, company, project }) =>
  issueCredential(world, { companyId: company.id, kind: 'dmsa', permittedProjectIds: [project.id] });

/** Grounds for the tests of one file; each is closed at the end. */
export function useEngineGrounds(accountOf: AccountOf = serviceAccount): () => Promise<EngineGround> {
  const store = useTestStore();
  const opened: Ground[] = [];
  afterAll(async () => {
    for (const ground of opened) await ground.close();
  });
  return async () => {
    const small = smallWorld();
    const procore = await openGround(small);
    opened.push(procore);
    return engineGround(store(), small, procore, accountOf(small));
  };
}

async function engineGround(store: TestStore, small: SmallWorld, procore: Ground, credential: Account): Promise<EngineGround> {
  const { world, company, project, vendor: ownVendor } = small;
  const oauth = createOAuth({ loginOrigin: procore.login, deadlineMs: 10_000 });
  const token = createServiceTokens(oauth).sourceFor('the sync user', async () => ({
    clientId: credential.clientId,
    clientSecret: secretOf(credential.clientSecret),
  }));
  await token.bearer();
  const tenantId = await store.newTenant();
  const connectionId = randomUUID();
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, sync_user_id)
     VALUES ($1, $2, 'hammertech', 'company', 'live', $3, $3, $4)`,
    [tenantId, connectionId, company.id, credential.personId],
  );
  const link = await withTenant(store.pool, tenantId, (db) =>
    linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: sydneyProject,
      partnerProjectName: 'Pier 4',
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'name',
    }),
  );
  const source = sourceOf(sydneyProject);
  const meddler: Meddler = {};
  const engine = createEngine({
    store,
    sandbox: { world, urls: procore },
    timings,
    partner: createPartners().hammertech,
    openClients: async ({ company: bound, around }) => ({
      procore: refusing(
        meddler,
        createProcoreClient({
          origin: procore.api,
          company: bound,
          token,
          budget: createMemoryBudget(),
          asker: { budgetKey: 'test', lane: around.lane, tenant: 'test', part: 'test' },
          timings,
          signal: around.signal,
        }),
      ),
      partnerClient: source.client,
    }),
  });
  const ground: EngineGround = {
    small,
    procore,
    account: credential,
    store,
    tenantId,
    connectionId,
    link,
    source,
    meddler,
    dependencies: engine.dependencies,
    neighbour: () => engineGround(store, small, procore, credential),
    activities: engine.activitiesWith,
    cycle: (crashPoint) => engine.cycle(link, 'manpower', crashPoint),
    foresee: () =>
      foresee({ store, activities: ground.activities() }, { tenantId, projectLinkId: link.projectLinkId, stream: 'manpower' }),
    async match(employer, vendorId, name = `Employer ${employer}`) {
      const vendor = vendorId === null ? undefined : world.vendors.get(vendorId);
      await store.admin.query(
        `INSERT INTO record_match (tenant_id, connection_id, kind, partner_id, partner_name, procore_id, procore_name, basis, score, state)
         VALUES ($1, $2, 'company', $3, $4, $5, $6, 'name', 1, $7)
         ON CONFLICT (tenant_id, connection_id, kind, partner_id) DO UPDATE SET procore_id = $5, procore_name = $6, state = $7`,
        [tenantId, connectionId, employer, name, vendorId, vendor?.name ?? null, vendorId === null ? 'unmatched' : 'matched'],
      );
    },
    vendor(name, onProject = true, given = {}) {
      const vendor = addVendor(world, { companyId: company.id, name, ...given });
      if (onProject) addProjectVendor(world, { projectId: project.id, vendorId: vendor.id });
      return vendor.id;
    },
    ownEntry: ({ numWorkers = 1, numHours = '8.0', contactId = ownVendor.id } = {}) =>
      createManpower(world, { personId: credential.personId, clientId: 'ours', seq: null }, project, {
        date: daysAgo(1),
        contactId,
        numWorkers,
        numHours,
      }),
    async decide(resolution, chosen, about = chosen) {
      const itemId = chosen ?? (await ground.items())[0]?.attention_item_id;
      if (itemId === undefined) throw new Error('no item is open');
      const { projectLinkId } = link;
      const commandId = randomUUID();
      const input = { itemId: about ?? itemId, resolution };
      await withTenant(store.pool, tenantId, (db) =>
        writeCommand(db, { tenantId, commandId, connectionId, projectLinkId, kind: 'resolveItem', input, actorId: 'ada' }),
      );
      return ground.activities().resolveItem({ tenantId, projectLinkId, itemId, commandId });
    },
    spoil: (method, effect, times = 1) => void world.faults.add({ match: { method }, effect, times }),
    timePasses: () => engine.timePasses(link),
    settle: (crashPoint) => engine.settle(link, () => ground.cycle(crashPoint)),
    async deliveries() {
      const { rows } = await store.admin.query<DeliveryLook>(
        'SELECT natural_key, version, action, state, attempts, trail FROM delivery WHERE project_link_id = $1 ORDER BY sequence',
        [link.projectLinkId],
      );
      return rows;
    },
    async items() {
      const { rows } = await store.admin.query(
        `SELECT attention_item_id, reason, subject, records FROM attention_item
         WHERE project_link_id = $1 AND resolved_at IS NULL ORDER BY reason, subject`,
        [link.projectLinkId],
      );
      return rows;
    },
    entries: () =>
      trueManpower(world)
        .map(({ current }) => current as Entry)
        .sort((left, right) => (left.date < right.date ? -1 : left.date > right.date ? 1 : Number(left.id) - Number(right.id))),
    hours: () =>
      ground
        .entries()
        .map(({ numHours }) => numHours)
        .sort(),
    calls: () => engine.requests('procore'),
  };
  return ground;
}
