import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { SyncActivities } from '../../../activities/contract.ts';
import type { CrashHook } from '../../../activities/sync/crash-points.ts';
import type { SyncDependencies } from '../../../activities/sync/dependencies.ts';
import { createSyncActivities } from '../../../activities/sync/index.ts';
import { addCompanyUser, addMember, addPerson, addTemplate } from '../../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../../sandbox/kernel/levels.ts';
import type { Project } from '../../../sandbox/kernel/model.ts';
import { addProject } from '../../../sandbox/kernel/places.ts';
import type { World } from '../../../sandbox/kernel/world.ts';
import { issueToken } from '../../../sandbox/login/tokens.ts';
import { actOnCompany, actOnMember, actOnProject } from '../../../sandbox/part3/people/directory.ts';
import type { Rfi, StoredFile, Submittal } from '../../../sandbox/part3/records.ts';
import { ownedBy } from '../../../sandbox/part3/state.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Timings, timingsOf } from '../../../shared/config/pace.ts';
import type { BackfillChoice } from '../../../shared/domain/contractors.ts';
import { createMemory } from '../../../shared/domain/memory.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { createEgressGuard } from '../../../shared/http/egress-guard.ts';
import { createPartners } from '../../../shared/partners/registry.ts';
import type { Responder } from '../../../shared/partners/stream.ts';
import { createProcoreClient } from '../../../shared/procore/client.ts';
import type { ProcoreFiles } from '../../../shared/procore/files.ts';
import { readingOnly } from '../../../shared/procore/reading-only.ts';
import { personToken } from '../../../shared/procore/tokens.ts';
import { secretOf } from '../../../shared/security/secret.ts';
import { linkProject, type ProjectLink } from '../../../shared/store/project-links.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';
import { type TestStore, useTestStore } from '../../support/store.ts';

const organisation = 'north-studio';

/** Gus connected the project; Ria and Sam are of the design team; Otto is of nobody's, and Tess manages on the contractor's side. */
const cast = { gus: 'Admin', tess: 'Admin', ria: 'Standard', sam: 'Standard', otto: 'Standard' } as const satisfies Record<
  string,
  AccessLevel
>;
export type Name = keyof typeof cast;

/** A project of its own on both sides for one test, connected by Gus and live. */
export interface Part3Ground {
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly store: TestStore;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly project: Project;
  readonly part3ProjectId: string;
  readonly link: ProjectLink;
  readonly activities: SyncActivities;
  /** In Procore. */
  readonly ids: Readonly<Record<Name, string>>;
  /** In Part3: of Ria and Sam. */
  readonly members: Readonly<Record<'ria' | 'sam', string>>;
  /** Who is known in Procore of the team; all of it at first. */
  readonly team: Responder[];
  key(kind: 'rfi' | 'submittal', id: string): string;
  settings(settings: unknown): Promise<void>;
  /** What is brought of the past, and since when the projects are linked. */
  linked(given: { readonly backfill?: BackfillChoice; readonly atMs?: number }): Promise<void>;
  cycle(stream: string, crashPoint?: CrashHook): Promise<StreamReport>;
  /** RFIs, submittals and files, and what follows from one another. */
  round(): Promise<void>;
  later(seconds: number): void;
  /** What was asked once in an hour is asked again. */
  hourPasses(): void;
  /** What Part3 really holds. */
  rfis(): Rfi[];
  submittals(): Submittal[];
  files(): StoredFile[];
  items(): Promise<readonly { reason: string; subject: string; records: number }[]>;
  /** Requests to Procore since the last asking, as `METHOD path`. */
  calls(): readonly string[];
  spooledNow(): Promise<readonly string[]>;
}

/** One ground for each asking, all in one sandbox. */
export function usePart3Grounds(): (pace?: Partial<Timings>) => Promise<Part3Ground> {
  const store = useTestStore();
  const folders: string[] = [];
  let sandbox: Sandbox | undefined;
  afterAll(async () => {
    await sandbox?.close();
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  return async (pace = {}) => {
    sandbox ??= await startSandbox();
    sandbox.world.switches.set('rateProfile', 'generous');
    const folder = await mkdtemp(join(tmpdir(), 'spool-'));
    folders.push(folder);
    return part3Ground(store(), sandbox, folder, pace);
  };
}

let grounds = 0;

async function part3Ground(store: TestStore, sandbox: Sandbox, folder: string, pace: Partial<Timings>): Promise<Part3Ground> {
  const { world, part3, urls } = sandbox;
  const timings = { ...timingsOf('demo'), httpDeadlineMs: 5000, claimLeaseMs: 12_000, settleMs: 60_000, ...pace };
  grounds += 1;
  const project = addProject(world, { companyId: acmeId, timeZone: 'Sydney', name: `Quay ${grounds}`, number: `Q-${grounds}` });
  const ids = Object.fromEntries(Object.entries(cast).map(([name, level]) => [name, enrol(name, level)])) as Record<Name, string>; // the names of the cast
  function enrol(name: string, level: AccessLevel): string {
    const person = addPerson(world, { email: `${name}.${grounds}@quay.example`, firstName: name, lastName: 'Quay' });
    addCompanyUser(world, { companyId: acmeId, personId: person.id });
    const levels = { rfis: level, submittals: level };
    const template = addTemplate(world, { companyId: acmeId, name: `${name} ${grounds}`, type: 'global', levels });
    addMember(world, { projectId: project.id, personId: person.id, templateId: template.id });
    return person.id;
  }
  const part3World = { state: part3, world };
  const { id: part3ProjectId } = actOnProject(part3World, { act: 'add', organisation, name: project.name });
  const firm = actOnCompany(part3World, {
    act: 'add',
    organisation,
    projectId: part3ProjectId,
    name: 'North Studio',
    role: 'prime-consultant',
  });
  const memberOf = (name: string) =>
    actOnMember(part3World, {
      act: 'add',
      organisation,
      companyId: firm.id,
      name,
      email: `${name}@north-studio.example`,
      returns: true,
    }).id;
  const members = { ria: memberOf('Ria'), sam: memberOf('Sam') };
  const team: Responder[] = [
    { memberId: members.ria, name: 'Ria', procoreUserId: ids.ria },
    { memberId: members.sam, name: 'Sam', procoreUserId: ids.sam },
  ];
  const tenantId = await store.newTenant();
  const connectionId = randomUUID();
  const ownerGrantId = randomUUID();
  await store.admin.query(
    `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, state, sealed_pair, access_issued_at, access_expires_at)
     VALUES ($1, $2, $3, 'live', '\\x00', now(), now() + interval '1 hour')`,
    [tenantId, ownerGrantId, ids.gus],
  );
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, company_name,
       bound_project_id, sync_user_id, owner_grant_id, modules)
     VALUES ($1, $2, 'part3', 'project', 'live', $3, $3, 'Acme Builders', $4, $5, $6, '{rfis,submittals}')`,
    [tenantId, connectionId, acmeId, project.id, ids.gus, ownerGrantId],
  );
  const link = await withTenant(store.pool, tenantId, (db) =>
    linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: part3ProjectId,
      partnerProjectName: project.name,
      procoreTimeZone: 'Sydney',
      timeZone: 'Australia/Sydney',
      basis: 'person',
    }),
  );
  const ours = world.apps.find(({ kind }) => kind === 'ours');
  if (!ours) throw new Error('the seed has no app of ours');
  const token = issueToken(world, { app: ours, personId: ids.gus, grant: 'authorization_code' });
  const files: ProcoreFiles = {
    guard: createEgressGuard({ bearerOrigins: [urls.api], bearerHosts: [], openOrigins: [urls.api, urls.storage] }),
    idleMs: 5000,
    maxBytes: 250 * 1024 * 1024,
    spoolFolder: folder,
  };
  const partners = createPartners();
  const budget = createMemoryBudget();
  const openClients: SyncDependencies['openClients'] = async ({ company, around }) => ({
    procore: createProcoreClient({
      origin: urls.api,
      company,
      token: personToken(secretOf(token.accessToken), world.clock.nowMs() + 3_600_000),
      budget,
      asker: { budgetKey: connectionId, lane: around.lane, tenant: 'test', part: 'test' },
      timings,
      signal: around.signal,
    }),
    responders: { all: [...team], as: () => Promise.reject(new Error('nobody answers here')) },
    files,
    partnerClient: partners.part3.connect({
      key: connectionId,
      shown: { organisation },
      secret: async () => secretOf(part3Tokens[organisation]),
      origins: { PART3_API_URL: urls.part3 },
      timings,
      signal: around.signal,
      onWait: () => undefined,
      onCall: () => undefined,
    }),
  });
  let passedMs = 0;
  const dependencies: SyncDependencies = {
    pool: store.pool,
    timings,
    environment: urls.api,
    streamsOf: (partner) => partners[partner].streams,
    settingsOf: (partner, stored) => partners[partner].settings.parse(stored),
    openClients,
    openReading: async (wish) => {
      const { procore, partnerClient, ...others } = await openClients(wish);
      return { ...others, procore: readingOnly(procore), partnerClient: partners.part3.readingOnly(partnerClient) };
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
  };
  const activities = createSyncActivities(dependencies);
  let asked = world.ledger.last;
  const ground: Part3Ground = {
    sandbox,
    world,
    store,
    tenantId,
    connectionId,
    project,
    part3ProjectId,
    link,
    activities,
    ids,
    members,
    team,
    key: (kind, id) => `procore:${acmeId}:${project.id}:${kind}:${id}`,
    async settings(settings) {
      const text = JSON.stringify(settings);
      await store.admin.query('UPDATE connection SET partner_settings = $2 WHERE connection_id = $1', [connectionId, text]);
    },
    async linked({ backfill, atMs }) {
      await store.admin.query(
        'UPDATE project_link SET backfill = coalesce($2, backfill), created_at = coalesce($3, created_at) WHERE project_link_id = $1',
        [link.projectLinkId, backfill ? JSON.stringify(backfill) : null, atMs === undefined ? null : new Date(atMs)],
      );
    },
    async cycle(stream, crashPoint) {
      const { projectLinkId, generation } = link;
      const run = crashPoint ? createSyncActivities({ ...dependencies, crashPoint }) : activities;
      const report = await run.runStream({ tenantId, projectLinkId, generation, stream });
      if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
      return report;
    },
    async round() {
      for (const stream of ['rfis', 'submittals', 'attachments', 'rfis', 'submittals']) await ground.cycle(stream);
    },
    later: (seconds) => void world.clock.advance(seconds * 1000),
    hourPasses() {
      passedMs += 3_600_001;
    },
    rfis: () => ownedBy(part3.rfis, organisation, ({ projectId }) => projectId === part3ProjectId),
    submittals: () => ownedBy(part3.submittals, organisation, ({ projectId }) => projectId === part3ProjectId),
    files: () => ownedBy(part3.files, organisation, ({ projectId }) => projectId === part3ProjectId),
    async items() {
      const { rows } = await store.admin.query(
        'SELECT reason, subject, records FROM attention_item WHERE project_link_id = $1 AND resolved_at IS NULL ORDER BY since',
        [link.projectLinkId],
      );
      return rows;
    },
    calls() {
      const entries = world.ledger.after(asked, { side: 'procore' }, 100_000);
      asked = world.ledger.last;
      return entries.map(({ method, path }) => `${method} ${path}`);
    },
    spooledNow: () => readdir(folder),
  };
  return ground;
}
