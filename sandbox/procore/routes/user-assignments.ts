import type { Id, Project } from '../../kernel/model.ts';
import { isFields } from '../../kernel/request.ts';
import { joinLater } from '../acts/awaited-members.ts';
import { addToProject, removeFromProject } from '../acts/memberships.ts';
import { type Call, hasCompanyLevel, idParam, needCompanyLevel, ownCompany } from '../call.ts';
import { exactId } from '../exact.ts';
import { filterValue, found, passes } from '../filters.ts';
import { givenId, neededId } from '../given.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { badRequest, forbidden, notFound, Refusal } from '../refusal.ts';
import { type Answer, type Route, versions } from '../routing.ts';

/** Current and possible projects of a user; who may read it is not documented [unk, by switch]. */
function assignments(call: Call): Answer {
  const { world, query } = call;
  const { company } = ownCompany(call);
  const personId = idParam(call, 'user_id');
  const ownAllowed = world.switches.get('assignmentsReadableBy') === 'self-or-directory-read' && personId === call.person.id;
  if (!ownAllowed && !hasCompanyLevel(call, 'directory', 'Read Only')) throw forbidden();
  if (!world.companyUsers.get(`${company.id}:${personId}`)) throw notFound();
  const wanted = filterValue(query, 'assignment_status') ?? 'all';
  const status = filterValue(query, 'by_status') ?? 'All';
  const rows = world.projects
    .filter(
      (project) => project.companyId === company.id && passes(query, 'active', project.active) && found(query, [project.name]),
    )
    .filter(({ active }) => status === 'All' || (status === 'Active') === active)
    .map((project) => ({ id: project.id, project, member: world.memberships.get(`${project.id}:${personId}`) }))
    .filter(({ member }) => wanted === 'all' || (wanted === 'assigned') === (member !== undefined));
  const print = ({ project, member }: (typeof rows)[number]) => ({
    project_id: exactId(project.id),
    name: project.name,
    project_number: project.number,
    address: project.address,
    stage: project.stage,
    is_assigned: member !== undefined,
    active: project.active,
    roles: [],
    permission_template_name: member?.templateId ? (world.templates.get(member.templateId)?.name ?? null) : null,
    region: null,
    program: null,
    project_type: null,
  });
  return pageOf(
    call,
    sorted(call, rows, ({ project }) => ({ name: project.name })),
    print,
    usualPages,
  );
}

/** More triples than this in one call are refused [doc]. */
const maxTriples = 1000;

interface Triple {
  personId: Id;
  projectId: Id;
  templateId: Id | null | undefined;
}

function readTriples(call: Call): Triple[] {
  const given = call.body['users'];
  if (!Array.isArray(given) || given.length === 0) throw badRequest('users is missing');
  if (given.length > maxTriples) throw badRequest(`users must not hold more than ${maxTriples} entries`);
  return given.map((item: unknown) => {
    if (!isFields(item)) throw badRequest('users is invalid');
    return {
      personId: neededId(item, 'user_id'),
      projectId: neededId(item, 'project_id'),
      templateId: givenId(item, 'permission_template_id'),
    };
  });
}

function projectOf(call: Call, { projectId }: Triple): Project | undefined {
  const project = call.world.projects.get(projectId);
  return project?.companyId === call.company?.id ? project : undefined;
}

interface Added {
  triple: Triple;
  /** Null: added, or there before. */
  reason: string | null;
}

/** Needs company Directory Admin (granular rights are not modelled). A member keeps the old template [doc]. */
function bulkAdd(call: Call): Answer {
  needCompanyLevel(call, 'directory', 'Admin');
  const everyMs = call.world.switches.get('bulkAddPace') === 'one-a-second' ? 1000 : 0;
  const results = readTriples(call).map((triple, index) => ({ triple, reason: addOne(call, triple, everyMs * (index + 1)) }));
  return call.version === '1.3' ? printEntities(results) : { status: 200, body: printOutcomes(results) };
}

/** v1.1 and v1.2: a word for each user and project [oas]. */
function printOutcomes(results: readonly Added[]): Record<Id, Record<Id, string>> {
  const outcomes: Record<Id, Record<Id, string>> = {};
  for (const { triple, reason } of results)
    outcomes[triple.personId] = { ...outcomes[triple.personId], [triple.projectId]: reason === null ? 'success' : 'failure' };
  return outcomes;
}

/** v1.3: 207 when some failed; the inner shape of entities and errors is not published [unk]. */
function printEntities(results: readonly Added[]): Answer {
  const added = new Map<Id, Triple[]>();
  for (const { triple, reason } of results)
    if (reason === null) added.set(triple.personId, [...(added.get(triple.personId) ?? []), triple]);
  const errors = results
    .filter(({ reason }) => reason !== null)
    .map(({ triple, reason }) => ({
      user_id: exactId(triple.personId),
      project_id: exactId(triple.projectId),
      errors: [reason],
    }));
  const entities = [...added].map(([personId, triples]) => ({
    userId: personId,
    projects: triples.map(({ projectId }) => ({ id: exactId(projectId) })),
  }));
  return errors.length === 0 ? { status: 200, body: { entities } } : { status: 207, body: { entities, errors } };
}

/** Adds one, now or by so many milliseconds later; the reason where it cannot be. */
function addOne(call: Call, triple: Triple, afterMs: number): string | null {
  const project = projectOf(call, triple);
  if (!project) return 'Project not found';
  const member = { project, personId: triple.personId, templateId: triple.templateId };
  try {
    if (afterMs === 0) addToProject(call.world, call.actor, member);
    else joinLater(call.world, call.actor, member, afterMs);
    return null;
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.message;
    throw refusal;
  }
}

function bulkRemove(call: Call): Answer {
  needCompanyLevel(call, 'directory', 'Admin');
  const removed: Record<Id, Record<Id, string>> = {};
  for (const triple of readTriples(call)) {
    const project = projectOf(call, triple);
    const done = project !== undefined && removeFromProject(call.world, call.actor, project, triple.personId);
    removed[triple.personId] = { ...removed[triple.personId], [triple.projectId]: done ? 'removed' : 'not found' };
  }
  return { status: 200, body: removed };
}

const users = '/companies/{company_id}/users';

export const userAssignmentRoutes: readonly Route[] = [
  { method: 'GET', path: `/rest/v1.0${users}/{user_id}/project_assignments`, answer: assignments },
  ...versions(['1.1', '1.2', '1.3'], { method: 'POST', path: `${users}/bulk_add`, answer: bulkAdd }),
  ...versions(['1.1', '1.2', '1.3'], { method: 'POST', path: `${users}/bulk_remove`, answer: bulkRemove }),
];
