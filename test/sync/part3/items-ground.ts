import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { SyncActivities } from '../../../activities/contract.ts';
import { type CrashHook, neverCrashes } from '../../../activities/sync/crash-points.ts';
import type { SyncDependencies } from '../../../activities/sync/dependencies.ts';
import { addCompanyUser, addMember, addPerson, addTemplate } from '../../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../../sandbox/kernel/levels.ts';
import type { Project } from '../../../sandbox/kernel/model.ts';
import { addProject } from '../../../sandbox/kernel/places.ts';
import type { World } from '../../../sandbox/kernel/world.ts';
import { actOnCompany, actOnMember, actOnProject } from '../../../sandbox/part3/people/directory.ts';
import type { Rfi, StoredFile, Submittal } from '../../../sandbox/part3/records.ts';
import { ownedBy } from '../../../sandbox/part3/state.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../../sandbox/start.ts';
import type { Timings } from '../../../shared/config/pace.ts';
import type { BackfillChoice, ResponseMapping } from '../../../shared/domain/contractors.ts';
import { Fault } from '../../../shared/domain/faults.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { createEgressGuard } from '../../../shared/http/egress-guard.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import type { Responder } from '../../../shared/partners/stream.ts';
import type { RateBudget } from '../../../shared/procore/budget.ts';
import type { ProcoreFiles } from '../../../shared/procore/files.ts';
import type { ProjectLink } from '../../../shared/store/projects/project-links.ts';
import { type TestStore, useTestStore } from '../../support/store.ts';
import { createEngine, groundTimings, type Parked } from '../parts/engine.ts';
import { linkPart3, part3Client, procoreOf } from '../parts/part3-link.ts';
import { useSandboxes } from '../parts/sandboxes.ts';

const organisation = 'north-studio';

/** Gus connected the project; Ria and Sam are of the design team; Otto is of nobody's, and Tess manages on the contractor's side. */
const cast = { gus: 'Admin', tess: 'Admin', ria: 'Standard', sam: 'Standard', otto: 'Standard' } as const satisfies Record<
  string,
  AccessLevel
>;
export type Name = keyof typeof cast;

/** What ends a worker under test: told at every crash point, before each call to Procore, and after each of Part3's. */
export interface Killing {
  readonly point: CrashHook;
  readonly call: () => void;
}

const neverKilled: Killing = { point: neverCrashes, call: () => undefined };

/**
 * Procore's items on their way to Part3, for RFIs, submittals and their files. Stands: a project of its own on both sides, empty at first,
 * by a clock that a test moves, connected by Gus, as whom it is read. Does not: answers (`answering-ground.ts`), people's grants (`readers-ground.ts`).
 */
export interface ItemsGround {
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly store: TestStore;
  readonly tenantId: string;
  readonly connectionId: string;
  readonly project: Project;
  readonly part3ProjectId: string;
  readonly link: ProjectLink;
  readonly activities: SyncActivities;
  readonly dependencies: SyncDependencies;
  readonly budget: RateBudget;
  /** In Procore. */
  readonly ids: Readonly<Record<Name, string>>;
  /** In Part3: of Ria and Sam. */
  readonly members: Readonly<Record<'ria' | 'sam', string>>;
  /** Who is known in Procore of the team; all of it at first. */
  readonly team: Responder[];
  /** What responses mean in Part3; none at first. */
  readonly responses: ResponseMapping[];
  key(kind: 'rfi' | 'submittal', id: string): string;
  settings(settings: unknown): Promise<void>;
  /** What is brought of the past, and since when the projects are linked. */
  linked(given: { readonly backfill?: BackfillChoice; readonly atMs?: number }): Promise<void>;
  cycle(stream: string, crashPoint?: CrashHook): Promise<StreamReport>;
  /** One cycle by a worker that has just started and remembers nothing. */
  cycleOfAnother(stream: string, killing?: Killing): Promise<StreamReport>;
  /** Claims run out, and what is looked for again later is due. */
  leasesEnd(): Promise<void>;
  /** RFIs, submittals and files, and what follows from one another. */
  round(): Promise<void>;
  later(seconds: number): void;
  /** What was asked once in an hour is asked again. */
  hourPasses(): void;
  /** What Part3 really holds. */
  rfis(): Rfi[];
  submittals(): Submittal[];
  files(): StoredFile[];
  items(): Promise<readonly Parked[]>;
  /** Requests to Procore since the last asking, as `METHOD path`. */
  calls(): readonly string[];
  spooledNow(): Promise<readonly string[]>;
}

/** One ground for each asking, all in one sandbox. */
export function useItemsGrounds(): (pace?: Partial<Timings>) => Promise<ItemsGround> {
  const store = useTestStore();
  const newSandbox = useSandboxes('brief');
  const folders: string[] = [];
  let sandbox: Promise<Sandbox> | undefined;
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  return async (pace = {}) => {
    sandbox ??= newSandbox();
    const folder = await mkdtemp(join(tmpdir(), 'spool-'));
    folders.push(folder);
    return itemsGround(store(), await sandbox, folder, pace);
  };
}

let grounds = 0;

async function itemsGround(store: TestStore, sandbox: Sandbox, folder: string, pace: Partial<Timings>): Promise<ItemsGround> {
  const { world, part3, urls } = sandbox;
  const timings = groundTimings(pace);
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
  const part3Project = actOnProject(part3World, { act: 'add', organisation, name: project.name });
  const firm = actOnCompany(part3World, {
    act: 'add',
    organisation,
    projectId: part3Project.id,
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
  const link = await linkPart3(store, { tenantId, ownerId: ids.gus, project, part3Project, timeZone: 'Australia/Sydney' });
  const files: ProcoreFiles = {
    guard: createEgressGuard({ bearerOrigins: [urls.api], bearerHosts: [], openOrigins: [urls.api, urls.storage] }),
    idleMs: 5000,
    maxBytes: 250 * 1024 * 1024,
    spoolFolder: folder,
  };
  const procore = procoreOf(sandbox, timings);
  const responses: ResponseMapping[] = [];
  const engineOf = ({ call }: Killing) =>
    createEngine({
      store,
      sandbox,
      timings,
      partner: createPart3(),
      nowMs: () => world.clock.nowMs(),
      openClients: async ({ company, around }) => ({
        procore: procore.as(ids.gus, company, around.signal, call),
        responders: {
          all: [...team],
          async as(memberId) {
            const userId = team.find((one) => one.memberId === memberId)?.procoreUserId ?? null;
            if (userId !== null) return procore.as(userId, company, around.signal, call);
            throw new Fault('person-lacks-access', { seen: 'nobody', effect: 'surely-not-done', reach: 'record' });
          },
        },
        responses,
        files,
        partnerClient: part3Client(sandbox, organisation, timings, around.signal, call),
      }),
    });
  const engine = engineOf(neverKilled);
  const ofProject = ({ projectId }: { readonly projectId: string }) => projectId === part3Project.id;
  const ground: ItemsGround = {
    sandbox,
    world,
    store,
    tenantId,
    connectionId: link.connectionId,
    project,
    part3ProjectId: part3Project.id,
    link,
    activities: engine.activities,
    dependencies: engine.dependencies,
    budget: procore.budget,
    ids,
    members,
    team,
    responses,
    key: (kind, id) => `procore:${acmeId}:${project.id}:${kind}:${id}`,
    settings: (settings) => engine.settings(link, settings),
    async linked({ backfill, atMs }) {
      await store.admin.query(
        'UPDATE project_link SET backfill = coalesce($2, backfill), created_at = coalesce($3, created_at) WHERE project_link_id = $1',
        [link.projectLinkId, backfill ? JSON.stringify(backfill) : null, atMs === undefined ? null : new Date(atMs)],
      );
    },
    cycle: (stream, crashPoint) => engine.cycle(link, stream, crashPoint),
    cycleOfAnother: (stream, killing = neverKilled) => engineOf(killing).cycle(link, stream, killing.point),
    leasesEnd: () => engine.timePasses(link),
    async round() {
      for (const stream of ['rfis', 'submittals', 'attachments', 'rfis', 'submittals']) await ground.cycle(stream);
    },
    later: (seconds) => void world.clock.advance(seconds * 1000),
    hourPasses: () => engine.remembersNothingSince(3_600_000),
    rfis: () => ownedBy(part3.rfis, organisation, ofProject),
    submittals: () => ownedBy(part3.submittals, organisation, ofProject),
    files: () => ownedBy(part3.files, organisation, ofProject),
    items: () => engine.items(link),
    calls: () => engine.calls('procore'),
    spooledNow: () => readdir(folder),
  };
  return ground;
}
