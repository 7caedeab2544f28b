import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { CrashHook } from '../../../activities/sync/crash-points.ts';
import { respondersOf } from '../../../activities/sync/people.ts';
import type { Project } from '../../../sandbox/kernel/model.ts';
import type { Attachment } from '../../../sandbox/kernel/model-files.ts';
import type { Rfi, RfiReply } from '../../../sandbox/kernel/model-rfis.ts';
import type { Submittal, SubmittalApprover } from '../../../sandbox/kernel/model-submittals.ts';
import { actOnAnswer, type answerActSchema } from '../../../sandbox/part3/people/answers.ts';
import { actOnMember } from '../../../sandbox/part3/people/directory.ts';
import { actOnFile } from '../../../sandbox/part3/people/files.ts';
import { actOnReturn, type returnActSchema } from '../../../sandbox/part3/people/returns.ts';
import type { RfiAnswer, SubmittalReturn } from '../../../sandbox/part3/records.ts';
import { ownedBy } from '../../../sandbox/part3/state.ts';
import { createRfiByHand } from '../../../sandbox/procore/admin/rfis.ts';
import { writeSubmittal } from '../../../sandbox/procore/admin/submittals.ts';
import { putOnProject } from '../../../sandbox/procore/admin/users.ts';
import { offeredResponses } from '../../../sandbox/procore/submittals/responses.ts';
import { part3Tokens } from '../../../sandbox/seed/part3.ts';
import { acmeId } from '../../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../../sandbox/start.ts';
import type { ResponseMapping } from '../../../shared/domain/contractors.ts';
import type { StreamReport } from '../../../shared/domain/workflow-inputs.ts';
import { createPart3 } from '../../../shared/partners/part3/index.ts';
import { writeCommand } from '../../../shared/store/commands.ts';
import { listTeam, type StoredMember } from '../../../shared/store/people/team.ts';
import { withTenant } from '../../../shared/store/tenancy.ts';
import { rfi as rfiFields, submittal as submittalFields } from '../../sandbox/part3-alone.ts';
import { type TestStore, useTestStore } from '../../support/store.ts';
import { createEngine, groundTimings, type WorkerMemory } from '../parts/engine.ts';
import { linkPart3, type Organisation, part3Client, procoreOf } from '../parts/part3-link.ts';
import { filesOf, useSandboxes } from '../parts/sandboxes.ts';

export type Author = 'Ria' | 'Sam';
type Omitting<Act, Name extends string> = Act extends { act: Name } ? Omit<Act, 'act' | 'organisation'> : never;
type AnswerDraft = Omitting<ReturnType<(typeof answerActSchema)['parse']>, 'draft'>;
type ReturnDraft = Omitting<ReturnType<(typeof returnActSchema)['parse']>, 'draft'>;

/** Where a ground is: by default North Studio’s Harbour Tower and Acme’s AC-101, in a sandbox of its own. */
export interface Placing {
  /** In the sandbox of that ground, and served by its worker. */
  readonly beside?: { readonly sandbox: Sandbox; readonly worker?: WorkerMemory };
  readonly organisation?: Organisation;
  /** The project’s name in Part3. */
  readonly part3Project?: string;
  /** Its number in Procore. */
  readonly number?: string;
  /** Of an earlier ground; else a tenant of its own. */
  readonly tenantId?: string;
  /** The team is what the store knows of it, and each person’s grant a row of the tenant’s, instead of what `member` says. */
  readonly storedTeam?: boolean;
}

/**
 * Part3's answers on their way to Procore, for replies and returns. Stands: the seeded Harbour Tower on both sides, Gus as the contractor,
 * Ria and Sam as the ones who answer, who are members as a test says; further tenants and projects beside it. Does not: grants, since
 * everybody is signed in; items that are brought in, unless a test runs that cycle: `rfi` and `submittal` put theirs in both places.
 */
export type AnsweringGround = Awaited<ReturnType<typeof answeringGround>>;

/** One ground for each asking; the sandboxes of a file are closed at its end. */
export function useAnsweringGrounds(): (placing?: Placing) => Promise<AnsweringGround> {
  const store = useTestStore();
  const newSandbox = useSandboxes('brief');
  return async (placing = {}) => answeringGround(store(), placing.beside?.sandbox ?? (await newSandbox()), placing);
}

async function answeringGround(store: TestStore, sandbox: Sandbox, placing: Placing) {
  const { organisation = 'north-studio', part3Project = 'Harbour Tower', number = 'AC-101' } = placing;
  const { world, part3, urls } = sandbox;
  const timings = groundTimings({ httpDeadlineMs: 4000 });
  const state = { world, state: part3 };
  const must = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new Error(`the seed has no ${what}`);
    return found;
  };
  const numbered = (wanted: string): Project =>
    must(
      world.projects.find((one) => one.number === wanted && one.companyId === acmeId),
      wanted,
    );
  const project = numbered(number);
  const tower = must(
    part3.projects.find((row) => row.organisation === organisation && row.record.name === part3Project),
    part3Project,
  ).record;
  /** Of the cast of AC-101, and on this project with the same template. */
  function person(firstName: string): string {
    const known = must(
      world.memberships.find(
        ({ projectId, personId }) => projectId === numbered('AC-101').id && world.people.get(personId)?.firstName === firstName,
      ),
      firstName,
    );
    if (!world.memberships.get(`${project.id}:${known.personId}`)) {
      putOnProject(world, {
        projectId: project.id,
        personId: known.personId,
        ...(known.templateId && { templateId: known.templateId }),
      });
    }
    return known.personId;
  }
  function memberId(name: string): string {
    const ofTower = part3.members.filter(({ record }) => record.projectId === tower.id);
    const known = ofTower.find(({ record }) => record.name.startsWith(name));
    if (known) return known.record.id;
    const firm = must(ofTower[0], 'firm of the design side');
    const email = `${name.toLowerCase()}@north-studio.example`;
    return actOnMember(state, { act: 'add', organisation, companyId: firm.record.companyId, name, email, returns: true }).id;
  }
  const ids = { gus: person('Gus'), Ria: person('Ria'), Sam: person('Sam') };

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
      accountOf: null,
      isEndedForThem: false,
      isAsked: false,
      access: null,
      accessReadAt: null,
      ...known,
      ...given,
    });
  };
  member('Ria');
  member('Sam');

  const responses = new Map<string, ResponseMapping>();
  for (const { id: responseId, name, considered } of offeredResponses(world, project))
    responses.set(name, { responseId, name, considered, state: 'mapped', partnerName: name, decidedBy: null });

  const tenantId = placing.tenantId ?? (await store.newTenant());
  const timeZone = 'America/Los_Angeles';
  const link = await linkPart3(store, { tenantId, ownerId: ids.gus, project, part3Project: tower, timeZone });
  const procore = procoreOf(sandbox, timings);
  /** Whose a grant is, by id: here a grant that is not stored is named by its person. */
  async function stored(): Promise<{ readonly team: readonly StoredMember[]; readonly personOf: (grantId: string) => string }> {
    if (placing.storedTeam !== true) return { team: [...team.values()], personOf: (grantId) => grantId };
    const listed = await withTenant(store.pool, tenantId, (db) => listTeam(db, link.connectionId));
    return { team: listed, personOf: (grantId) => listed.find((one) => one.grantId === grantId)?.procoreUserId ?? '' };
  }
  const engine = createEngine({
    store,
    sandbox,
    timings,
    partner: createPart3(),
    worker: placing.beside?.worker,
    nowMs: () => world.clock.nowMs(),
    openClients: async ({ company, around }) => ({
      procore: procore.as(ids.gus, company, around.signal),
      responders: await stored().then(({ team: known, personOf }) =>
        respondersOf(known, new Map(), async (grantId) => procore.as(personOf(grantId), company, around.signal)),
      ),
      responses: [...responses.values()],
      pagesOrigin: 'https://procore.example',
      files: filesOf(sandbox, timings),
      partnerClient: part3Client(sandbox, organisation, timings, around.signal),
    }),
  });

  async function put(list: 'Rfis' | 'Submittals', externalKey: string, body: object): Promise<string> {
    const answer = await fetch(`${urls.part3}/api/v1/Projects/${tower.id}/${list}/${encodeURIComponent(externalKey)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${part3Tokens[organisation]}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return String(Object(await answer.json()).id);
  }

  return {
    sandbox,
    world,
    project,
    ids,
    store,
    tenantId,
    link,
    tower,
    memberId,
    /** Somebody leaves the project in Part3, or comes back; nobody tells us. */
    onMember: (author: Author, act: 'leave' | 'come-back') => actOnMember(state, { act, organisation, id: memberId(author) }),
    /** What Part3 holds of this project’s RFIs. */
    rfisInPart3: () => ownedBy(part3.rfis, organisation, ({ projectId }) => projectId === tower.id),
    worker: engine.worker,
    cycle: (stream: string, crashPoint?: CrashHook) => engine.cycle(link, stream, crashPoint),
    /** The bytes of a file that hangs on something in Procore. */
    async bytesOf({ blobId }: Attachment): Promise<Buffer> {
      const blob = must(world.storage.blobs.table.get(blobId), 'blob');
      return buffer(world.storage.blobs.read(blob));
    },
    timePasses: () => engine.timePasses(link),
    /** Cycles until nothing is open and everything is told, letting the waits pass before each. */
    async settle(stream: string): Promise<StreamReport> {
      await engine.timePasses(link);
      return engine.settle(link, () => engine.cycle(link, stream));
    },
    calls: () => engine.calls('procore'),
    /** What is asked once an hour is asked again. */
    hourPasses: () => engine.remembersNothingSince(3_600_000),
    /** What is known of one of the two changes: they authorize, leave, lapse. */
    member,
    responses,
    settings: (settings: object) => engine.settings(link, settings),
    items: () => engine.items(link),
    /** What a person reads of the one item that is open. */
    async problem(): Promise<{ readonly id: string; readonly seen: string; readonly needed: string; readonly where: string }> {
      const { rows } = await store.admin.query(
        `SELECT attention_item_id AS id, seen, needed, where_to AS where FROM attention_item
         WHERE project_link_id = $1 AND resolved_at IS NULL`,
        [link.projectLinkId],
      );
      if (rows.length !== 1) throw new Error(`${rows.length} items are open`);
      return rows[0];
    },
    /** A person decides about the one item that is open. */
    async decide(resolution: 'retry' | 'leave') {
      const { projectLinkId, connectionId } = link;
      const { rows } = await store.admin.query(
        'SELECT attention_item_id AS id FROM attention_item WHERE project_link_id = $1 AND resolved_at IS NULL',
        [projectLinkId],
      );
      const [itemId, commandId] = [String(rows[0]?.id), randomUUID()];
      const command = { tenantId, commandId, connectionId, projectLinkId, kind: 'resolveItem', actorId: 'support' } as const;
      await withTenant(store.pool, tenantId, (db) => writeCommand(db, { ...command, input: { itemId, resolution } }));
      return engine.activities.resolveItem({ tenantId, projectLinkId, itemId, commandId });
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
