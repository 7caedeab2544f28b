import { addTemplate } from '../../kernel/directory.ts';
import { type AccessLevel, companyTools, everyTool } from '../../kernel/levels.ts';
import type { CompanyUser, Id, Membership, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { joinLater } from '../acts/awaited-members.ts';
import { addToProject, changeTemplate, removeFromProject } from '../acts/memberships.ts';
import { createUser, type UserFields, updateUser } from '../acts/users.ts';
import { adminOf, mustProject, mustUser } from './subjects.ts';

interface UserInCompany {
  companyId: Id;
  personId: Id;
  /** The person who does it; by default the company's first admin. */
  by?: Id;
}

/** Directory: changes any field of a person's record: templates, "add to all new projects", active, name, address. */
export function editUser(world: World, { companyId, personId, by, ...fields }: UserInCompany & UserFields): CompanyUser {
  return updateUser(world, adminOf(world, companyId, by), mustUser(world, companyId, personId), fields);
}

/** Directory: adds a person to the company. */
export function inviteUser(
  world: World,
  { companyId, by, ...fields }: { companyId: Id; by?: Id; email: string; lastName: string } & UserFields,
): CompanyUser {
  return createUser(world, adminOf(world, companyId, by), companyId, fields);
}

/** Directory: gives a person a company template that has this Directory level, making one if there is none (Ben becomes an admin). */
export function setCompanyDirectoryLevel(
  world: World,
  { companyId, personId, by, level }: UserInCompany & { level: AccessLevel },
): CompanyUser {
  const name = level === 'Admin' ? 'Company Admin' : `Company Directory ${level}`;
  const template =
    world.templates.find(
      (known) =>
        known.companyId === companyId &&
        known.type === 'company_tools' &&
        known.name === name &&
        known.levels['directory'] === level,
    ) ??
    addTemplate(world, {
      companyId,
      name,
      type: 'company_tools',
      levels: { ...everyTool(companyTools, level), directory: level },
    });
  return editUser(world, { companyId, personId, companyTemplateId: template.id, ...(by === undefined ? {} : { by }) });
}

interface UserOnProject {
  projectId: Id;
  personId: Id;
  /** Absent: the person's default template. */
  templateId?: Id;
  by?: Id;
}

/** Project Directory: adds a person, or gives a member another template. */
export function putOnProject(world: World, { projectId, personId, templateId, by }: UserOnProject): Membership {
  const project = mustProject(world, projectId);
  const actor = adminOf(world, project.companyId, by);
  const member = world.memberships.get(`${projectId}:${personId}`);
  if (member && templateId !== undefined) return changeTemplate(world, actor, { project, personId, templateId });
  return addToProject(world, actor, { project, personId, templateId });
}

/** Project Directory: removes a person; false when they were not there. */
export function takeOffProject(world: World, { projectId, personId, by }: UserOnProject): boolean {
  const project = mustProject(world, projectId);
  return removeFromProject(world, adminOf(world, project.companyId, by), project, personId);
}

/** The "Add All" button beside a user: puts the person on every active project; answers the new memberships. */
export function addToAllProjects(
  world: World,
  { companyId, personId, by, templateId }: UserInCompany & { templateId?: Id },
): Membership[] {
  const actor = adminOf(world, companyId, by);
  return projectsWithout(world, companyId, personId).map((project) =>
    addToProject(world, actor, { project, personId, templateId }),
  );
}

/**
 * "Add All" as it is on a company with many projects: it runs in the background, one project every so many milliseconds by the
 * sandbox's clock. Answers the ids of the projects, in the order in which the person will join them.
 */
export function addToAllProjectsSlowly(
  world: World,
  { companyId, personId, by, templateId, everyMs }: UserInCompany & { templateId?: Id; everyMs: number },
): Id[] {
  const actor = adminOf(world, companyId, by);
  return projectsWithout(world, companyId, personId).map((project, index) => {
    joinLater(world, actor, { project, personId, templateId }, (index + 1) * everyMs);
    return project.id;
  });
}

/** Active projects that a person is not on. */
function projectsWithout(world: World, companyId: Id, personId: Id): Project[] {
  return world.projects.filter(
    (project) => project.companyId === companyId && project.active && !world.memberships.get(`${project.id}:${personId}`),
  );
}
