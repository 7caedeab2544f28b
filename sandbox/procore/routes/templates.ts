import type { Levels } from '../../kernel/levels.ts';
import type { Id, PermissionTemplate, TemplateType } from '../../kernel/model.ts';
import { isFields } from '../../kernel/request.ts';
import { changeTemplate, type MemberToAdd } from '../acts/memberships.ts';
import { createTemplate } from '../acts/templates.ts';
import { bodyOf, type Call, hasCompanyLevel, idParam, needCompanyLevel, needProjectLevel, ownCompany } from '../call.ts';
import { exactId } from '../exact.ts';
import { filterValue } from '../filters.ts';
import { givenId, givenText, neededId } from '../given.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { badRequest, forbidden, invalid, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { listedTemplate, readLevels, shownTemplate } from '../views/templates.ts';

const templateTypes: readonly TemplateType[] = ['company_tools', 'global', 'project_specific'];

function needReading(call: Call): void {
  ownCompany(call);
  const rule = call.world.switches.get('templatesReadableBy');
  if (rule !== 'anyone' && !hasCompanyLevel(call, 'directory', rule === 'directory-read' ? 'Read Only' : 'Admin'))
    throw forbidden();
}

/** `filters[type]`: `project_tools` (default: global and project-specific), `company_tools` or `global` [doc]. */
function ofType(template: PermissionTemplate, wanted: string): boolean {
  return wanted === 'project_tools' ? template.type !== 'company_tools' : template.type === wanted;
}

function list(call: Call): Answer {
  needReading(call);
  const { company } = ownCompany(call);
  const wanted = filterValue(call.query, 'type') ?? 'project_tools';
  const rows = call.world.templates.filter((template) => template.companyId === company.id && ofType(template, wanted));
  const full = call.query.get('view') === 'with_permissions';
  const print = (template: PermissionTemplate) => (full ? shownTemplate(call.world, template) : listedTemplate(template));
  return pageOf(
    call,
    sorted(call, rows, ({ name }) => ({ name })),
    print,
    usualPages,
  );
}

function show(call: Call): Answer {
  needReading(call);
  const { company } = ownCompany(call);
  const template = call.world.templates.get(idParam(call, 'id'));
  if (template?.companyId !== company.id) throw notFound();
  return { status: 200, body: shownTemplate(call.world, template) };
}

/** Needs Admin on the company's Permissions tool [sup]; answers 200, not 201 [oas]. There is no PATCH and no DELETE. */
function create(call: Call): Answer {
  const company = needCompanyLevel(call, 'permissions', 'Admin');
  const body = bodyOf(call, 'permission_template');
  const name = givenText(body, 'name')?.trim();
  if (!name) throw invalid('name', "can't be blank");
  const type = templateTypes.find((known) => known === body['type']);
  if (!type) throw badRequest('type is invalid');
  const map = body['user_access_levels'];
  const { levels, unknown } = readLevels(call.world, type, isFields(map) ? map : {});
  if (unknown.length > 0 && call.world.switches.get('unknownLevelEntries') === 'refuse-422')
    throw invalid('user_access_levels', `unknown entries: ${unknown.join(', ')}`);
  const template = createTemplate(call.world, call.actor, {
    companyId: company.id,
    projectId: type === 'project_specific' ? neededId(body, 'project_id') : null,
    name,
    type,
    category: body['category'] === 'external' ? 'external' : 'internal',
    levels: call.world.switches.get('rightsLeftAsTheyWere') === 'template-levels' ? allButLast(levels) : levels,
    granular: readGranular(body['permissions']),
  });
  return { status: 200, body: shownTemplate(call.world, template) };
}

const allButLast = (levels: Levels): Levels => Object.fromEntries(Object.entries(levels).slice(0, -1));

/** Permitted actions by tool, kept and shown as they were sent; what is no list of words is dropped [unk]. */
function readGranular(map: unknown): Record<string, string[]> {
  const entries = isFields(map) ? Object.entries(map) : [];
  return Object.fromEntries(
    entries.flatMap(([tool, actions]) =>
      Array.isArray(actions) && actions.every((action) => typeof action === 'string') ? [[tool, actions]] : [],
    ),
  );
}

/** Templates that can be used on a project; project Directory Admin (the granular right is not modelled). */
function listOfProject(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  const rows = call.world.templates.filter(
    (template) =>
      template.companyId === project.companyId &&
      (template.type === 'global' || (template.type === 'project_specific' && template.projectId === project.id)),
  );
  return pageOf(
    call,
    sorted(call, rows, ({ name }) => ({ name })),
    listedTemplate,
    usualPages,
  );
}

/** Needs project Directory Admin [inf]. */
function assign(call: Call): Answer {
  const project = needProjectLevel(call, 'directory', 'Admin');
  const body = bodyOf(call, 'permission_template_assignments');
  const personId = neededId(body, 'user_id');
  const templateId = givenId(body, 'permission_template_id');
  if (!templateId) throw invalid('permission_template_id', "can't be blank");
  const stands = assigned(call, { project, personId, templateId });
  const answered = { user_id: exactId(personId), permission_template_id: exactId(stands), project_id: exactId(project.id) };
  return { status: 200, body: answered };
}

/** The template that a member has then. */
function assigned({ world, actor }: Call, member: MemberToAdd): Id | null {
  const known = world.memberships.get(`${member.project.id}:${member.personId}`);
  const isLeft = known && world.switches.get('rightsLeftAsTheyWere') === 'assignments';
  return (isLeft ? known : changeTemplate(world, actor, member)).templateId;
}

export const templateRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/permission_templates', answer: list },
  { method: 'POST', path: '/rest/v1.0/companies/{company_id}/permission_templates', answer: create },
  { method: 'GET', path: '/rest/v1.0/companies/{company_id}/permission_templates/{id}', answer: show },
  { method: 'GET', path: '/rest/v1.0/projects/{project_id}/permission_templates', answer: listOfProject },
  { method: 'PATCH', path: '/rest/v1.0/projects/{project_id}/permission_template_assignments', answer: assign },
];
