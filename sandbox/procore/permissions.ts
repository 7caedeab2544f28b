import { manifestDecides } from '../kernel/apps.ts';
import { type AccessLevel, atLeast, type Levels } from '../kernel/levels.ts';
import type { CompanyUser, Id, Project } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';

/** A login's record in a company, unless it is inactive or absent. */
export function activeUser(world: World, personId: Id, companyId: Id): CompanyUser | undefined {
  const user = world.companyUsers.get(`${companyId}:${personId}`);
  return user?.active ? user : undefined;
}

function manifestOf(world: World, personId: Id): { company: Levels; project: Levels } | undefined {
  const appId = world.people.get(personId)?.serviceOfAppId;
  const app = appId ? world.apps.get(appId) : undefined;
  return app && manifestDecides(app.kind) ? app.manifest : undefined;
}

function companyLevels(world: World, personId: Id, companyId: Id): Levels {
  const user = activeUser(world, personId, companyId);
  if (!user) return {};
  if (user.companyTemplateId !== null) return world.templates.get(user.companyTemplateId)?.levels ?? {};
  return manifestOf(world, personId)?.company ?? {};
}

/** Company Directory Admin: Admin on everything in the company [doc]. */
export function isCompanyAdmin(world: World, personId: Id, companyId: Id): boolean {
  return companyLevels(world, personId, companyId)['directory'] === 'Admin';
}

/** Effective level on a company tool: template, else the manifest of an app's own user. */
export function companyLevel(world: World, personId: Id, companyId: Id, tool: string): AccessLevel {
  if (isCompanyAdmin(world, personId, companyId)) return 'Admin';
  return companyLevels(world, personId, companyId)[tool] ?? 'None';
}

/** Members see their projects; a company admin sees all. For others a project does not exist. */
export function seesProject(world: World, personId: Id, project: Project): boolean {
  if (!activeUser(world, personId, project.companyId)) return false;
  return isCompanyAdmin(world, personId, project.companyId) || world.memberships.get(`${project.id}:${personId}`) !== undefined;
}

/**
 * Effective level on a project tool, switched on or not: company Directory Admin and project Directory Admin have Admin on
 * all; else the manifest on a permitted project of an app's user, and the project template wherever somebody was put by hand.
 */
export function projectLevel(world: World, personId: Id, project: Project, tool: string): AccessLevel {
  if (!seesProject(world, personId, project)) return 'None';
  if (isCompanyAdmin(world, personId, project.companyId)) return 'Admin';
  const member = world.memberships.get(`${project.id}:${personId}`);
  const template = member?.templateId ? world.templates.get(member.templateId)?.levels : undefined;
  const manifest = member?.source === 'manifest' ? manifestOf(world, personId)?.project : undefined;
  const levels = template ?? manifest ?? {};
  return levels['directory'] === 'Admin' ? 'Admin' : (levels[tool] ?? 'None');
}

export function mayOnProject(world: World, personId: Id, project: Project, tool: string, wanted: AccessLevel): boolean {
  return project.tools.includes(tool) && atLeast(projectLevel(world, personId, project, tool), wanted);
}
