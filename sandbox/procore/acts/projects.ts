import type { Id, Project } from '../../kernel/model.ts';
import { addProject } from '../../kernel/places.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { invalid } from '../refusal.ts';
import { isKnownZone } from '../time-zones.ts';
import { addToProject } from './memberships.ts';

/** Fields that a create or an update may set. */
export type ProjectFields = Partial<
  Pick<
    Project,
    'name' | 'number' | 'timeZone' | 'address' | 'city' | 'stateCode' | 'countryCode' | 'zip' | 'stage' | 'active' | 'originId'
  >
>;

/**
 * Creates a project and adds to it every active user marked "add to all new projects", with their default template [sup].
 * An app's permitted projects are not extended [doc]. The creator joins too, by switch [inf].
 */
export function createProject(world: World, actor: Actor, companyId: Id, fields: ProjectFields & { name: string }): Project {
  checkFields(world, companyId, fields);
  const project = addProject(world, { companyId, createdBy: actor.personId, ...fields });
  record(world, actor, 'create', project);
  const flagged = world.companyUsers.filter((user) => user.companyId === companyId && user.active && user.addToNewProjects);
  for (const { personId } of flagged) addToProject(world, actor, { project, personId });
  if (world.switches.get('creatorJoinsProject') && world.companyUsers.get(`${companyId}:${actor.personId}`)?.active)
    addToProject(world, actor, { project, personId: actor.personId });
  return project;
}

export function updateProject(world: World, actor: Actor, project: Project, fields: ProjectFields): Project {
  checkFields(world, project.companyId, fields, project.id);
  return putProject(world, actor, { ...project, ...fields });
}

/** Switches tools of a project on or off; required ones stay on. */
export function setProjectTools(world: World, actor: Actor, project: Project, tools: readonly string[]): Project {
  return putProject(world, actor, { ...project, tools: [...tools] });
}

/** What `contact_id` of a manpower entry may be on this project. */
export function setManpowerContacts(world: World, actor: Actor, project: Project, setting: Project['manpowerContacts']): Project {
  return putProject(world, actor, { ...project, manpowerContacts: setting });
}

function putProject(world: World, actor: Actor, row: Project): Project {
  const project = world.projects.put({ ...row, updatedAt: world.clock.instant() });
  record(world, actor, 'update', project);
  return project;
}

function record(world: World, actor: Actor, action: 'create' | 'update', row: Project): void {
  commit(world, actor, { resource: 'projects', id: row.id, action, companyId: row.companyId, projectId: row.id, row });
}

function checkFields(world: World, companyId: Id, fields: ProjectFields, ownId?: Id): void {
  if (fields.name?.trim() === '') throw invalid('name', "can't be blank");
  if (fields.timeZone && !isKnownZone(fields.timeZone)) throw invalid('time_zone', 'is not included in the list');
  const taken =
    fields.originId && world.projects.find((other) => other.companyId === companyId && other.originId === fields.originId);
  if (taken && taken.id !== ownId) throw invalid('origin_id', 'has already been taken');
}
