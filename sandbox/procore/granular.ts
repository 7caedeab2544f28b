import type { Id, Project } from '../kernel/model.ts';
import type { World } from '../kernel/world.ts';
import { seesProject } from './permissions.ts';

/** Whether a member's template on a project grants a granular permission of a tool. Procore's keys for them are not published [unk]. */
export function hasGranular(world: World, personId: Id, project: Project, tool: string, permission: string): boolean {
  if (!project.tools.includes(tool) || !seesProject(world, personId, project)) return false;
  const templateId = world.memberships.get(`${project.id}:${personId}`)?.templateId;
  const template = templateId ? world.templates.get(templateId) : undefined;
  return template?.granular[tool]?.includes(permission) ?? false;
}
