import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll } from '@jest/globals';
import type { CrashHook } from '../../../activities/sync/crash-points.ts';
import type { SyncDependencies } from '../../../activities/sync/dependencies.ts';
import { createSyncActivities } from '../../../activities/sync/index.ts';
import { respondersOf } from '../../../activities/sync/people.ts';
import type { Attachment } from '../../../sandbox/kernel/model-files.ts';
import type { Rfi, RfiReply } from '../../../sandbox/kernel/model-rfis.ts';
import type { Submittal, SubmittalApprover } from '../../../sandbox/kernel/model-submittals.ts';
import { issueCode } from '../../../sandbox/login/credentials.ts';
import { actOnAnswer, type answerActSchema } from '../../../sandbox/part3/people/answers.ts';
import { actOnFile } from '../../../sandbox/part3/people/files.ts';
import { actOnReturn, type returnActSchema } from '../../../sandbox/part3/people/returns.ts';
import type { RfiAnswer, SubmittalReturn } from '../../../sandbox/part3/records.ts';
import { createRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { writeSubmittal } from '../../../sandbox/procore/admin/submittals.ts';
import { offeredResponses } from '../../../sandbox/procore/submittals/responses.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { procoreFiles } from '../../../shared/config/files.ts';
import { timingsOf } from '../../../shared/config/pace.ts';
import type { BoundCompany } from '../../../shared/domain/company.ts';
import type { ResponseMapping } from '../../../shared/domain/contractors.ts';
import { createMemory } from '../../../shared/domain/memory.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import { streams } from '../../../shared/partners/part3/streams.ts';
import { createProcoreClient } from '../../../shared/procore/client.ts';
import { readingOnly } from '../../../shared/procore/reading-only.ts';
import { type Secret, secretOf } from '../../../shared/security/secret.ts';
import { linkProject } from '../../../shared/store/project-links.ts';
import type { StoredMember } from '../../../shared/store/team.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { rfi as rfiFields, submittal as submittalFields } from '../../sandbox/part3-ground.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';
import { type TestStore, useTestStore } from '../../support/store.ts';

const organisation = 'north-studio';
const redirectUri = 'http://localhost:3000/oauth/procore/callback';

/** Short enough that a far side that hangs is met within a test; waits are made to pass in the database. */
const timings = { ...timingsOf('demo'), httpDeadlineMs: 4000, claimLeaseMs: 12_000, settleMs: 60_000 };

export type Author = 'Ria' | 'Sam';
type Omitting<Act, Name extends string> = Act extends { act: Name } ? Omit<Act, 'act' | 'organisation'> : never;
type AnswerDraft = Omitting<ReturnType<(typeof answerActSchema)['parse']>, 'draft'>;
type ReturnDraft = Omitting<ReturnType<(typeof returnActSchema)['parse']>, 'draft'>;

export interface Parked {
  readonly reason: string;
  readonly subject: string;
  readonly seen: string;
  readonly records: number;
}

/** The seeded Harbour Tower between Part3 and Procore, with Gus as the contractor and Ria and Sam as the ones who answer. */
export type AnsweringGround = Awaited<ReturnType<typeof answeringGround>>;

/** One ground for each asking; the sandboxes of a file are closed at its end. */
export function useAnsweringGrounds(): () => Promise<AnsweringGround> {
  const store = useTestStore();
  const opened: Sandbox[] = [];
  afterAll(async () => {
    for (const sandbox of opened) await sandbox.close();
  });
  return async () => {
    const sandbox = await startSandbox();
    opened.push(sandbox);
    sandbox.world.switches.set('rateProfile', 'generous');
    return answeringGround(store(), sandbox);
  };
}

async function answeringGround(store: TestStore, sandbox: Sandbox) {
  const { world, part3, urls } = sandbox;
  const state = { world, state: part3 };
  const must = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new Error(`the seed has no ${what}`);
    return found;
  };
  const project = must(
    world.projects.find(({ number, companyId }) => number === 'AC-101' && companyId === acmeId),
    'AC-101',
  );
  const tower = must(
    part3.projects.find((row) => row.organisation === organisation && row.record.name === 'Harbour Tower'),
    'Harbour Tower',
  ).record;
  const person = (firstName: string): string =>
    must(
      world.people.find((one) => one.firstName === firstName && world.memberships.get(`${project.id}:${one.id}`) !== undefined),
      firstName,
    ).id;
  const memberId = (firstName: string): string =>
    must(
      part3.members.find(({ record }) => record.projectId === tower.id && record.name.startsWith(firstName)),
      firstName,
    ).record.id;
  const ids = { gus: person('Gus'), Ria: person('Ria'), Sam: person('Sam') };
  const ourApp = must(
    world.apps.find(({ kind }) => kind === 'ours'),
    'app of ours',
  );
  const tokens = new Map<string, Promise<Secret>>();
  async function signedIn(personId: string): Promise<Secret> {
    const { clientId, clientSecret } = ourApp;
    const { code } = issueCode(world, { person: personId, clientId, redirectUri });
    const answer = await fetch(`${urls.login}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUri,
      }),
    });
    const body: unknown = await answer.json();
    return secretOf(String(Object(body).access_token));
  }
  const budget = createMemoryBudget();
  const clientOf = (personId: string, company: BoundCompany, signal: AbortSignal) =>
    createProcoreClient({
      origin: urls.api,
      company,
      token: {
        bearer: () => {
          const known = tokens.get(personId) ?? signedIn(personId);
          tokens.set(personId, known);
          return known;
        },
        rejected: () => undefined,
        principal: 'person',
      },
      budget,
      asker: { budgetKey: personId, lane: 'polling', tenant: 'test', part: 'test' },
      timings,
      signal,
    });

  const team = new Map<Author, StoredMember>();
  const member = (author: Author, given: Partial<StoredMember> = {}): void => {
    const known = team.get(author);
    team.set(author, {
      memberId: memberId(author),
      name: `${author} of North Studio`,
      email: '',
      emailKey: '',
      returns: true,
      leftAt: null,
      grantId: ids[author],
      grantState: 'live',
      procoreUserId: ids[author],
      askedAt: null,
      authorizedAt: null,
      ...known,
      ...given,
    });
  };
  member('Ria');
  member('Sam');

  const responses = new Map<string, ResponseMapping>();
  for (const { id: responseId, name, considered } of offeredResponses(world, project))
    responses.set(name, { responseId, name, considered, state: 'mapped', partnerName: name, decidedBy: null });

  const tenantId = await store.newTenant();
  const connectionId = randomUUID();
  await store.admin.query(
    `INSERT INTO connection (tenant_id, connection_id, partner, scope, stage, claimed_company_id, bound_company_id, bound_project_id, company_name, sync_user_id, modules)
     VALUES ($1, $2, 'part3', 'project', 'live', $3, $3, $4, 'Acme Builders', $5, $6)`,
    [tenantId, connectionId, acmeId, project.id, ids.gus, ['rfis', 'submittals']],
  );
  const link = await withTenant(store.pool, tenantId, (db) =>
    linkProject(db, {
      tenantId,
      connectionId,
      procoreProjectId: project.id,
      procoreProjectName: project.name,
      partnerProjectId: tower.id,
      partnerProjectName: tower.name,
      procoreTimeZone: project.timeZone,
      timeZone: 'America/Los_Angeles',
      basis: 'person',
    }),
  );
  const partner = createPart3();
  const openClients: SyncDependencies['openClients'] = async ({ company, around }) => ({
    procore: clientOf(ids.gus, company, around.signal),
    responders: respondersOf([...team.values()], new Map(), async (grantId) => clientOf(grantId, company, around.signal)),
    responses: [...responses.values()],
    pagesOrigin: 'https://procore.example',
    files: procoreFiles(
      'demo',
      { PROCORE_API_URL: urls.api, PROCORE_FILE_HOSTS: [], FILE_ORIGINS: [urls.storage], SPOOL_FOLDER: '/tmp' },
      timings,
    ),
    partnerClient: partner.connect({
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
  const dependencies: SyncDependencies = {
    pool: store.pool,
    timings,
    environment: urls.api,
    streamsOf: () => streams,
    settingsOf: (_, stored) => partner.settings.parse(stored),
    openClients,
    openReading: async (wish) => {
      const sides = await openClients(wish);
      return { ...sides, procore: readingOnly(sides.procore), partnerClient: partner.readingOnly(sides.partnerClient) };
    },
    pseudonymsOf: async () => (value) => `p-${value}`,
    surroundings: () => ({
      heartbeat: () => undefined,
      onWait: () => undefined,
      lane: 'polling',
      signal: new AbortController().signal,
    }),
    memory: createMemory(),
    crashPoint: () => undefined,
    nowMs: Date.now,
  };

  async function put(list: 'Rfis' | 'Submittals', externalKey: string, body: object): Promise<string> {
    const answer = await fetch(`${urls.part3}/api/v1/Projects/${tower.id}/${list}/${encodeURIComponent(externalKey)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${part3Tokens[organisation]}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return String(Object(await answer.json()).id);
  }

  async function cycle(
    stream: 'rfis' | 'submittals' | 'rfi-replies' | 'submittal-responses',
    crashPoint?: CrashHook,
  ): Promise<StreamReport> {
    const activities = createSyncActivities({ ...dependencies, ...(crashPoint && { crashPoint }) });
    const { projectLinkId, generation } = link;
    const report = await activities.runStream({ tenantId, projectLinkId, generation, stream });
    if ('waitUntilMs' in report) throw new Error(`a stated wait: ${report.why}`);
    return report;
  }

  async function timePasses(): Promise<void> {
    await store.admin.query(
      `UPDATE delivery SET lease_until = lease_until - interval '1 hour', next_look_at = next_look_at - interval '1 hour',
         telling_until = telling_until - interval '1 hour' WHERE project_link_id = $1`,
      [link.projectLinkId],
    );
  }

  return {
    sandbox,
    world,
    project,
    ids,
    cycle,
    timePasses,
    /** Cycles until nothing is open and everything is told, letting the waits pass in between. */
    async settle(stream: 'rfi-replies' | 'submittal-responses'): Promise<StreamReport> {
      for (let cycles = 0; cycles < 10; cycles += 1) {
        await timePasses();
        const report = await cycle(stream);
        if (report.open === 0) return report;
      }
      throw new Error('still open after ten cycles');
    },
    /** What is known of one of the two changes: they authorize, leave, lapse. */
    member,
    responses,
    async settings(settings: object): Promise<void> {
      await store.admin.query('UPDATE connection SET partner_settings = $2 WHERE connection_id = $1', [
        connectionId,
        JSON.stringify(settings),
      ]);
    },
    async items(): Promise<readonly Parked[]> {
      const { rows } = await store.admin.query<Parked>(
        `SELECT reason, subject, seen, records FROM attention_item
         WHERE project_link_id = $1 AND resolved_at IS NULL ORDER BY reason, subject`,
        [link.projectLinkId],
      );
      return rows;
    },
    async written(): Promise<readonly unknown[]> {
      const { rows } = await store.admin.query('SELECT written FROM record_link WHERE project_link_id = $1', [
        link.projectLinkId,
      ]);
      return rows.map((row: { written: unknown }) => row.written);
    },
    /** An open RFI to be answered by Ria and Sam, in Procore and in Part3; answers its ids. */
    async rfi(assignees: readonly Author[] = ['Ria'], required: readonly Author[] = [], fields: object = {}) {
      const made: Rfi = createRfiByHand(
        world,
        { projectId: project.id, by: ids.gus },
        {
          subject: 'Slab edge',
          managerId: ids.gus,
          assigneeIds: assignees.map((one) => ids[one]),
          requiredAssigneeIds: required.map((one) => ids[one]),
          body: 'Where?',
          ...fields,
        },
      );
      const part3Id = await put('Rfis', `procore:${acmeId}:${project.id}:rfi:${made.id}`, rfiFields());
      return { rfiId: made.id, part3Id };
    },
    /** An open submittal of these steps, in Procore and in Part3. */
    async submittal(steps: readonly (readonly Author[])[]) {
      const made: Submittal = writeSubmittal(world, {
        projectId: project.id,
        by: ids.gus,
        number: `S-${randomUUID().slice(0, 6)}`,
        title: 'Concrete mix',
        private: false,
        managerId: ids.gus,
        steps: steps.map((slots) => slots.map((who) => ({ userId: ids[who] }))),
      });
      const key = `procore:${acmeId}:${project.id}:submittal:${made.id}`;
      const part3Id = await put('Submittals', key, submittalFields(memberId('Ria')));
      return { submittalId: made.id, part3Id, slots: made.approvers.map(({ id }) => id) };
    },
    /** A finished answer in Part3, unless told otherwise. */
    answer: (part3Id: string, author: Author, given: Partial<AnswerDraft> = {}): Promise<RfiAnswer> =>
      actOnAnswer(state, {
        act: 'draft',
        organisation,
        rfiId: part3Id,
        author: memberId(author),
        bodyHtml: '<p>Use 12&nbsp;mm.</p>',
        official: false,
        files: [],
        finished: true,
        ...given,
      }),
    onAnswer: (act: Parameters<typeof actOnAnswer>[1]) => actOnAnswer(state, act),
    give: (part3Id: string, author: Author, slot: string, given: Partial<ReturnDraft> = {}): Promise<SubmittalReturn> =>
      actOnReturn(state, {
        act: 'draft',
        organisation,
        submittalId: part3Id,
        slot,
        author: memberId(author),
        responseName: 'Approved',
        comment: 'As shown.',
        files: [],
        steps: [],
        finished: true,
        ...given,
      }),
    onReturn: (act: Parameters<typeof actOnReturn>[1]) => actOnReturn(state, act),
    organisation,
    /** The bytes of a file that hangs on something in Procore. */
    async bytesOf({ blobId }: Attachment): Promise<Buffer> {
      const blob = must(world.storage.blobs.table.get(blobId), 'blob');
      return buffer(world.storage.blobs.read(blob));
    },
    vanish: (id: string) => actOnFile(state, { act: 'vanish', organisation, id }),
    toldAnswer: (id: string): RfiAnswer => must(part3.answers.get(id)?.record, 'answer'),
    toldReturn: (id: string): SubmittalReturn => must(part3.returns.get(id)?.record, 'return'),
    trueRfi: (id: string): Rfi => must(world.rfis.get(id), 'RFI'),
    /** Somebody gets Gus's rights on the project, who manages it. */
    promote(author: Author): void {
      const place = (personId: string) => `${project.id}:${personId}`;
      const { templateId } = must(world.memberships.get(place(ids.gus)), 'membership of Gus');
      const membership = must(world.memberships.get(place(ids[author])), `membership of ${author}`);
      world.memberships.put({ ...membership, templateId });
    },
    /** By the ledger, of one RFI. */
    replies: (rfiId: string): readonly RfiReply[] =>
      world.ledger
        .records('rfi-replies')
        .flatMap(({ current }) => (current === null ? [] : [current as RfiReply]))
        .filter((reply) => reply.rfiId === rfiId),
    /** By the ledger: what was said in a slot, and by whom, each time. */
    said: (slotId: string): readonly { readonly actor: string; readonly row: SubmittalApprover & { readonly name: string } }[] =>
      world.ledger
        .records('submittal-responses')
        .filter(({ id }) => id === slotId)
        .flatMap(({ history }) =>
          history.map(({ actor, row }) => ({ actor, row: row as SubmittalApprover & { readonly name: string } })),
        ),
    spoil: (method: 'POST' | 'PATCH' | 'PUT', path: string, effect: Parameters<typeof world.faults.add>[0]['effect']) =>
      void world.faults.add({ match: { method, path }, effect, times: 1 }),
  };
}
