import { type AccessLevel, accessLevelIds, companyTools, projectTools, type Tool } from '../../kernel/levels.ts';
import type { Project } from '../../kernel/model.ts';
import { isFields } from '../../kernel/request.ts';
import { setProjectTools } from '../acts/projects.ts';
import { type Call, hasProjectLevel, ownCompany, visibleProject } from '../call.ts';
import { passes } from '../filters.ts';
import { givenFlag, neededId } from '../given.ts';
import { pageOf } from '../paging.ts';
import { companyLevel, projectLevel, seesProject } from '../permissions.ts';
import { badRequest, forbidden, invalid, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';

const printTool = (project: Project) => (tool: Tool) => ({
  id: tool.id,
  engine_name: tool.key,
  is_active: project.tools.includes(tool.key),
  position: projectTools.findIndex(({ key }) => key === tool.key) + 1,
  required: tool.required,
  title: tool.name,
});

/** Every member may see which tools a project has [inf: no permission is documented]. */
function list(call: Call): Answer {
  const project = visibleProject(call);
  const rows = projectTools.filter((tool) => passes(call.query, 'is_active', project.tools.includes(tool.key)));
  return pageOf(call, rows, printTool(project));
}

/** Needs Admin on the project's Admin tool [inf]. */
function update(call: Call): Answer {
  const project = visibleProject(call);
  if (!hasProjectLevel(call, project, 'admin', 'Admin')) throw forbidden();
  const given = call.body['tools'];
  if (!Array.isArray(given)) throw badRequest('tools is missing');
  const active = new Set(project.tools);
  for (const item of given.filter(isFields)) {
    const tool = projectTools.find(({ id }) => String(id) === neededId(item, 'id'));
    if (!tool) throw invalid('id', 'is not a tool of this project');
    if (givenFlag(item, 'is_active') ?? active.has(tool.key)) active.add(tool.key);
    else if (tool.required) throw invalid('is_active', `${tool.name} cannot be disabled`);
    else active.delete(tool.key);
  }
  const updated = setProjectTools(call.world, call.actor, project, [...active]);
  return { status: 200, body: projectTools.map(printTool(updated)) };
}

/** The caller's own effective levels, tool by tool, of a company or a project. */
function manifest(call: Call): Answer {
  const { world, person, query } = call;
  const projectId = query.get('project_id');
  if (projectId === null && query.get('company_id') === null) throw badRequest('company_id or project_id is missing');
  if (projectId === null) {
    const { company } = ownCompany(call);
    return manifestOf(call, companyTools, ({ key }) => companyLevel(world, person.id, company.id, key));
  }
  const project = world.projects.get(projectId);
  if (!project || !seesProject(world, person.id, project)) throw notFound();
  const listed = projectTools.filter(({ key }) => project.tools.includes(key) || world.switches.get('disabledToolsListed'));
  return manifestOf(call, listed, ({ key }) =>
    project.tools.includes(key) ? projectLevel(world, person.id, project, key) : 'None',
  );
}

function manifestOf({ world }: Call, tools: readonly Tool[], levelOf: (tool: Tool) => AccessLevel): Answer {
  const listsNone = world.switches.get('noneToolsListed');
  const rows = tools.map((tool) => ({ tool, level: levelOf(tool) })).filter(({ level }) => listsNone || level !== 'None');
  return { status: 200, body: { tools: rows.map(({ tool, level }) => printLevel(tool, level)) } };
}

function printLevel({ id, key, name }: Tool, level: AccessLevel) {
  return {
    id,
    name: key,
    friendly_name: name,
    domain_id: id,
    tab_group: 'core',
    available_for_user: level !== 'None',
    url: null,
    user_access_level: { id: accessLevelIds[level], name: level },
    permitted_actions: [],
    create_url: null,
    can_create: level === 'Standard' || level === 'Admin',
    trial: false,
  };
}

export const toolRoutes: readonly Route[] = [
  { method: 'GET', path: '/rest/v1.0/projects/{project_id}/tools', answer: list },
  { method: 'PATCH', path: '/rest/v1.0/projects/{project_id}/tools', answer: update },
  { method: 'GET', path: '/rest/v1.0/settings/permissions', answer: manifest },
];
