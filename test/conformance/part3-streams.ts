import { randomUUID } from 'node:crypto';
import { addCompanyUser, addMember, addPerson, addTemplate } from '../../sandbox/kernel/directory.ts';
import type { AccessLevel } from '../../sandbox/kernel/levels.ts';
import { addProject } from '../../sandbox/kernel/places.ts';
import { issueToken } from '../../sandbox/login/tokens.ts';
import { rfiItems, submittalItems, upsertItem } from '../../sandbox/part3/items.ts';
import { actOnAnswer } from '../../sandbox/part3/people/answers.ts';
import { actOnCompany, actOnMember, actOnProject } from '../../sandbox/part3/people/directory.ts';
import { actOnReturn } from '../../sandbox/part3/people/returns.ts';
import { createRfiByHand, editRfiByHand, recycleRfiByHand } from '../../sandbox/procore/admin/rfis.ts';
import { binSubmittal, editSubmittal, writeSubmittal } from '../../sandbox/procore/admin/submittals.ts';
import { offeredResponses } from '../../sandbox/procore/submittals/responses.ts';
import { acmeId } from '../../sandbox/seed/seed.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { personToken } from '../../shared/procore/tokens.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { rfi, submittal } from '../sandbox/part3-alone.ts';
import type { ConnectedProject, StreamSubject } from './streams-subject.ts';

const organisation = 'north-studio';
let projects = 0;

/** Part3 between a project of its own and one of Acme's, read as Gus, answered by Ria. */
export function part3Streams({ world, part3: state }: Sandbox): ConnectedProject {
  projects += 1;
  const part3 = { world, state };
  const name = `Dock ${projects}`;
  const project = addProject(world, { companyId: acmeId, timeZone: 'Sydney', name, number: `DOCK-${projects}` });
  const projectId = project.id;
  function enrol(firstName: string, level: AccessLevel): string {
    const person = addPerson(world, { email: `${firstName}.${projects}@dock.example`, firstName, lastName: 'Dock' });
    addCompanyUser(world, { companyId: acmeId, personId: person.id });
    const levels = { rfis: level, submittals: level };
    const template = addTemplate(world, { companyId: acmeId, name: `${firstName} of ${name}`, type: 'global', levels });
    addMember(world, { projectId, personId: person.id, templateId: template.id });
    return person.id;
  }
  const [gus, ria] = [enrol('Gus', 'Admin'), enrol('Ria', 'Standard')];
  const partnerProjectId = actOnProject(part3, { act: 'add', organisation, name }).id;
  const firm = actOnCompany(part3, {
    act: 'add',
    organisation,
    projectId: partnerProjectId,
    name: 'North Studio',
    role: 'prime-consultant',
  });
  const author = actOnMember(part3, {
    act: 'add',
    organisation,
    companyId: firm.id,
    name: 'Ria',
    email: `ria.${projects}@north-studio.example`,
    returns: true,
  }).id;
  const ourApp = must(world.apps.find(({ kind }) => kind === 'ours'));
  const tokenOf = (personId: string) => {
    const { accessToken } = issueToken(world, { app: ourApp, personId, grant: 'authorization_code' });
    return personToken(secretOf(accessToken), world.clock.nowMs() + 3_600_000);
  };
  const asRia = tokenOf(ria);

  /** Changes and links are told apart by the second. */
  const later = () => void world.clock.advance(60_000);

  function ask(files: NonNullable<Parameters<typeof createRfiByHand>[1]['files']> = []): string {
    const fields = { subject: 'Anchors', body: '<p>Which?</p>', managerId: gus, assigneeIds: [ria] };
    const { id } = createRfiByHand(world, { projectId, by: gus, files }, fields);
    later();
    return id;
  }
  function submit(): string {
    const { id } = writeSubmittal(world, {
      projectId,
      by: gus,
      number: randomUUID().slice(0, 8),
      title: 'Concrete mix',
      private: false,
      managerId: gus,
      steps: [[{ userId: ria }]],
    });
    later();
    return id;
  }
  const keyOf = (kind: string, id: string) => ({
    organisation,
    projectId: partnerProjectId,
    externalKey: `procore:${acmeId}:${projectId}:${kind}:${id}`,
  });
  const by = { actor: organisation, seq: null };
  const said = { files: [], finished: true };

  const rfis: StreamSubject = {
    make: () => ask(),
    change(id) {
      editRfiByHand(world, { id, by: gus }, { subject: 'Anchors of level 2' });
      later();
    },
    takeBack(id) {
      recycleRfiByHand(world, { id, by: gus });
      later();
    },
    hide: (id) => void world.rfis.delete(id),
    resource: 'part3-rfis',
    writing: { operationId: 'part3.Rfis.upsert' },
  };
  const submittals: StreamSubject = {
    make: submit,
    change(id) {
      editSubmittal(world, { id, by: gus, title: 'Concrete mix, winter' });
      later();
    },
    takeBack(id) {
      binSubmittal(world, { id, by: gus });
      later();
    },
    hide: (id) => void world.submittals.delete(id),
    resource: 'part3-submittals',
    writing: { operationId: 'part3.Submittals.upsert' },
  };
  const attachments: StreamSubject = {
    after: ['rfis'],
    make: () => ask([{ filename: 'plan.pdf', contentType: 'application/pdf', size: 40_000 }]),
    hide: (id) => void world.rfis.delete(id),
    resource: 'part3-files',
    writesEach: 2,
    writing: { operationId: 'part3.Files.complete' },
  };
  const replies: StreamSubject = {
    async make() {
      const id = ask();
      const item = upsertItem(part3, rfiItems, keyOf('rfi', id), rfi(), by);
      if (!('item' in item)) throw new Error('the RFI was refused');
      const answer = { rfiId: item.item.id, author, bodyHtml: `<p>Anchor ${id}.</p>`, official: false, ...said };
      return (await actOnAnswer(part3, { act: 'draft', organisation, ...answer })).id;
    },
    takeBack: async (id) => void (await actOnAnswer(part3, { act: 'recall', organisation, id }).catch(() => undefined)),
    hide: (id) => void state.answers.delete(id),
    resource: 'rfi-replies',
    writing: { method: 'POST', path: `/rest/v1.0/projects/${projectId}/rfis/*` },
  };
  const responses: StreamSubject = {
    async make() {
      const id = submit();
      const slot = must(must(world.submittals.get(id)).approvers[0]).id;
      const item = upsertItem(part3, submittalItems, keyOf('submittal', id), submittal(author), by);
      if (!('item' in item)) throw new Error('the submittal was refused');
      const answer = { submittalId: item.item.id, slot, author, responseName: 'Approved', comment: 'Fine.', steps: [], ...said };
      return (await actOnReturn(part3, { act: 'draft', organisation, ...answer })).id;
    },
    hide: (id) => void state.returns.delete(id),
    resource: 'submittal-responses',
    writing: { method: 'PATCH', path: '/rest/v1.0/submittal_approvers/*' },
  };

  return {
    scope: 'project',
    companyId: acmeId,
    procoreProjectId: projectId,
    partnerProjectId,
    name,
    procoreTimeZone: 'Sydney',
    timeZone: 'Australia/Sydney',
    token: tokenOf(gus),
    syncUserId: gus,
    matches: [],
    responses: offeredResponses(world, project).map(({ id, name: response, considered }) => ({
      responseId: id,
      name: response,
      considered,
      state: 'mapped',
      partnerName: response,
      decidedBy: null,
    })),
    responders: (as) => ({
      all: [{ memberId: author, name: 'Ria', procoreUserId: ria }],
      as: async () => as(asRia),
    }),
    streams: { rfis, submittals, attachments, 'rfi-replies': replies, 'submittal-responses': responses },
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the sandbox has no such record');
  return value;
}
