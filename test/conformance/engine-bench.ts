import { randomUUID } from 'node:crypto';
import type { TrueRecord } from '../../sandbox/kernel/ledger.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { StreamReport } from '../../shared/domain/workflow-inputs.ts';
import type { Partner } from '../../shared/partners/contract.ts';
import type { Stream } from '../../shared/partners/stream.ts';
import { createProcoreClient } from '../../shared/procore/client.ts';
import type { TokenSource } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { linkProject, type ProjectLink } from '../../shared/store/projects/project-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import type { TestStore } from '../support/store.ts';
import { createEngine, groundTimings } from '../sync/parts/engine.ts';
import { filesOf } from '../sync/parts/sandboxes.ts';
import type { ConnectedProject, StreamSubject } from './streams-subject.ts';
import type { Subject } from './subject.ts';

/** One stream of a partner between both sandboxes, run by the engine. */
export interface StreamBench {
  readonly sandbox: Sandbox;
  readonly stream: StreamSubject;
  cycle(): Promise<StreamReport>;
  /** Cycles until nothing is open, letting the waits pass in between. */
  settle(): Promise<StreamReport>;
  /** A dry run of it. */
  foresee(): Promise<void>;
  /** What truly stands on its far side. */
  standing(): readonly unknown[];
  /** How often it was written through an API, and how often something was deleted there. */
  written(): { readonly writes: number; readonly deletes: number };
  /** Requests since the last asking that change something, on any side. */
  changing(): readonly string[];
}

const timings = groundTimings({ httpDeadlineMs: 4000 });

export async function openStreamBench(
  partner: Partner,
  subject: Subject,
  streamName: string,
  sandbox: Sandbox,
  store: TestStore,
): Promise<StreamBench> {
  const { world, urls } = sandbox;
  const project = await subject.streams(sandbox);
  const stream = project.streams[streamName];
  const declared = partner.streams.find(({ name }) => name === streamName);
  if (!stream || !declared) throw new Error(`${partner.name} supplies no ${streamName} to be proven`);
  const { login, origins } = subject.client(sandbox);
  const addresses = await origins(async (origin) => origin);
  const link = await linkedLive(store, partner, project, declared.scope);
  const { tenantId, connectionId } = link;
  const budget = createMemoryBudget();
  const engine = createEngine({
    store,
    sandbox,
    timings,
    partner,
    nowMs: () => world.clock.nowMs(),
    openClients: async ({ company, around }) => {
      const procoreAs = (token: TokenSource) =>
        createProcoreClient({
          origin: urls.api,
          company,
          token,
          budget,
          asker: { budgetKey: connectionId, lane: around.lane, tenant: 'test', part: 'test' },
          timings,
          signal: around.signal,
        });
      return {
        procore: procoreAs(project.token),
        ...(project.responders && { responders: project.responders(procoreAs) }),
        ...(project.responses && { responses: project.responses }),
        files: filesOf(sandbox, timings),
        partnerClient: partner.connect({
          key: connectionId,
          shown: login.shown,
          secret: async () => secretOf(login.secret),
          origins: addresses,
          timings,
          signal: around.signal,
          onWait: () => undefined,
          onCall: () => undefined,
        }),
      };
    },
  });
  const cycle = async (): Promise<StreamReport> => {
    for (const name of stream.after ?? []) await engine.cycle(link, name);
    return engine.cycle(link, streamName);
  };
  const started = world.ledger.last;
  let asked = started;
  // a project's records are told apart by it; a company's by when they were written
  const isOurs = ({ projectId, history }: TrueRecord): boolean =>
    projectId === null
      ? history.some(({ seq }) => seq !== null && seq > started)
      : [project.procoreProjectId, project.partnerProjectId].includes(projectId);
  const records = () => world.ledger.records(stream.resource).filter(isOurs);
  return {
    sandbox,
    stream,
    cycle,
    async settle() {
      const report = await engine.settle(link, cycle);
      // what it rests on may follow it once more
      return stream.after ? cycle() : report;
    },
    async foresee() {
      const answer = await engine.activities.dryRunStream({ tenantId, projectLinkId: link.projectLinkId, stream: streamName });
      if (!('says' in answer)) throw new Error(`a stated wait: ${answer.why}`);
    },
    standing: () => records().flatMap(({ current }) => (current === null ? [] : [current])),
    written() {
      const changes = records().flatMap(({ history }) => history.filter(({ seq }) => seq !== null));
      return { writes: changes.length, deletes: changes.filter(({ action }) => action === 'delete').length };
    },
    changing() {
      const entries = world.ledger.after(asked);
      asked = world.ledger.last;
      const isReading = /^(GET|HEAD)$/;
      return entries.flatMap(({ side, method, path }) =>
        side === 'login' || side.endsWith('-auth') || isReading.test(method) ? [] : [`${side}: ${method} ${path}`],
      );
    },
  };
}

/** A live connection of the project and its link; of the company's where the stream is one of its own. */
async function linkedLive(
  store: TestStore,
  partner: Partner,
  project: ConnectedProject,
  scope: Stream['scope'],
): Promise<ProjectLink> {
  const tenantId = await store.newTenant();
  const connectionId = randomUUID();
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, company_name,
       bound_project_id, sync_user_id, modules)
     VALUES ($1, $2, $3, $4, 'live', $5, $5, 'Acme Builders', $6, $7, $8)`,
    [
      tenantId,
      connectionId,
      partner.name,
      project.scope,
      project.companyId,
      project.scope === 'project' ? project.procoreProjectId : null,
      project.syncUserId,
      [...partner.modules],
    ],
  );
  const linkOf = (given: Partial<Parameters<typeof linkProject>[1]> = {}) =>
    withTenant(store.pool, tenantId, (db) =>
      linkProject(db, {
        tenantId,
        connectionId,
        procoreProjectId: project.procoreProjectId,
        procoreProjectName: project.name,
        partnerProjectId: project.partnerProjectId,
        partnerProjectName: project.name,
        procoreTimeZone: project.procoreTimeZone,
        timeZone: project.timeZone,
        basis: 'person',
        ...given,
      }),
    );
  const ofProject = await linkOf();
  const ofCompany = () =>
    linkOf({
      scope: 'company',
      procoreProjectId: project.companyId,
      partnerProjectId: connectionId,
      procoreTimeZone: null,
      timeZone: null,
      basis: 'none',
    });
  await withTenant(store.pool, tenantId, (db) => storeMatches(db, tenantId, connectionId, project.matches));
  return scope === 'company' ? ofCompany() : ofProject;
}
