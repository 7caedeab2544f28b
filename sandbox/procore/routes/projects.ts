import type { Project } from '../../kernel/model.ts';
import { createProject, type ProjectFields, updateProject } from '../acts/projects.ts';
import { bodyOf, type Call, hasCompanyLevel, hasProjectLevel, ownCompany, visibleProject } from '../call.ts';
import { exactId } from '../exact.ts';
import { filterValue, passes, rangeFilter } from '../filters.ts';
import { givenFlag, givenText, givenTextOrNull, onlyGiven } from '../given.ts';
import { type PageSizes, pageOf, sorted, usualPages } from '../paging.ts';
import { seesProject } from '../permissions.ts';
import { badRequest, forbidden } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { compactProject, companyProject, displayName, listedProject, shownProject } from '../views/projects.ts';

const projectPages: PageSizes = { byDefault: 100, max: 300 };
const idPages: PageSizes = { byDefault: 200_000, max: 200_000 };

/** What the caller sees of a company's projects: members theirs, company admins all; active ones unless asked otherwise. */
function visibleProjects(call: Call): Project[] {
  const { world, person, query } = call;
  const { company } = ownCompany(call);
  const status = filterValue(query, 'by_status') ?? 'Active';
  const created = rangeFilter(query, 'created_at');
  const updated = rangeFilter(query, 'updated_at');
  const name = filterValue(query, 'name')?.toLowerCase();
  const rows = world.projects.filter(
    (project) =>
      project.companyId === company.id &&
      (status === 'All' || (status === 'Inactive') === !project.active) &&
      seesProject(world, person.id, project) &&
      passes(query, 'id', project.id) &&
      passes(query, 'origin_id', project.originId) &&
      (call.version === '1.0' || passes(query, 'project_number', project.number)) &&
      (name === undefined || project.name.toLowerCase().includes(name)) &&
      created(project.createdAt) &&
      updated(project.updatedAt),
  );
  return sorted(call, rows, (project) => ({ name: project.name, display_name: displayName(project) }));
}

function needCompanyParameter(call: Call): void {
  if (call.query.get('company_id') === null) throw badRequest('company_id is missing');
}

function listV10(call: Call): Answer {
  needCompanyParameter(call);
  const compact = call.query.get('serializer_view') === 'compact';
  return pageOf(
    call,
    visibleProjects(call),
    (project) => (compact ? compactProject(project) : listedProject(call.world, project)),
    projectPages,
  );
}

/** `view=ids` answers bare ids, all on one page [doc; that they are bare is inf]. */
function listV11(call: Call): Answer {
  needCompanyParameter(call);
  const rows = visibleProjects(call);
  switch (call.query.get('view')) {
    case 'ids':
      return pageOf(call, rows, ({ id }) => exactId(id), idPages);
    case 'compact':
      return pageOf(call, rows, compactProject, projectPages);
    case 'extended':
      return pageOf(call, rows, (project) => shownProject(call.world, project), projectPages);
    default:
      return pageOf(call, rows, (project) => listedProject(call.world, project), projectPages);
  }
}

function listOfCompany(call: Call): Answer {
  return pageOf(call, visibleProjects(call), (project) => companyProject(call.world, project), usualPages);
}

function show(call: Call): Answer {
  const project = visibleProject(call, 'id');
  return {
    status: 200,
    body: call.query.get('view') === 'minimal' ? compactProject(project) : shownProject(call.world, project),
  };
}

/** Needs Standard on Portfolio [unk: which level lets a user create projects by the API is not documented]. */
function create(call: Call): Answer {
  const { company } = ownCompany(call);
  if (!hasCompanyLevel(call, 'portfolio', 'Standard')) throw forbidden();
  const fields = readProject(call);
  if (fields.name === undefined) throw badRequest('name is missing');
  const project = createProject(call.world, call.actor, company.id, { ...fields, name: fields.name });
  return { status: 201, body: shownProject(call.world, project) };
}

/** Needs Standard on the project's Admin tool [inf]. */
function update(call: Call): Answer {
  const project = visibleProject(call, 'id');
  if (!hasProjectLevel(call, project, 'admin', 'Standard')) throw forbidden();
  return { status: 200, body: shownProject(call.world, updateProject(call.world, call.actor, project, readProject(call))) };
}

function readProject(call: Call): ProjectFields {
  const body = bodyOf(call, 'project');
  return onlyGiven({
    name: givenText(body, 'name'),
    number: givenTextOrNull(body, 'project_number'),
    timeZone: givenTextOrNull(body, 'time_zone'),
    address: givenTextOrNull(body, 'address'),
    city: givenTextOrNull(body, 'city'),
    stateCode: givenTextOrNull(body, 'state_code'),
    countryCode: givenTextOrNull(body, 'country_code'),
    zip: givenTextOrNull(body, 'zip'),
    active: givenFlag(body, 'active'),
    originId: givenTextOrNull(body, 'origin_id'),
  });
}

export const projectRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/projects', answer: listV10 },
  { method: 'GET', path: '/rest/v1.1/projects', answer: listV11 },
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/projects', answer: listOfCompany },
  { method: 'GET', path: '/rest/v1.0/projects/{id}', answer: show },
  { method: 'POST', path: '/rest/v1.0/projects', answer: create },
  { method: 'PATCH', path: '/rest/v1.0/projects/{id}', answer: update },
];
