import type { NewTemplate } from '../../kernel/directory.ts';
import { type AccessLevel, companyTools, findTool, projectTools } from '../../kernel/levels.ts';
import type { Id, PermissionTemplate } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { createTemplate as create, grantInTemplate, setTemplateLevel } from '../acts/templates.ts';
import { adminOf } from './subjects.ts';

/** Permissions tool: creates a template. */
export function createTemplate(world: World, { by, ...template }: NewTemplate & { by?: Id }): PermissionTemplate {
  return create(world, adminOf(world, template.companyId, by), template);
}

/** Permissions tool: sets the level of one tool (key, name or number) in a template; everyone who has it is affected at once. */
export function editTemplate(
  world: World,
  { templateId, tool, level, by }: { templateId: Id; tool: string; level: AccessLevel; by?: Id },
): PermissionTemplate {
  const template = world.templates.get(templateId);
  if (!template) throw new RangeError(`no template has the id ${templateId}`);
  const known = findTool(template.type === 'company_tools' ? companyTools : projectTools, tool);
  if (!known) throw new RangeError(`no tool of this template is called ${tool}`);
  return setTemplateLevel(world, adminOf(world, template.companyId, by), templateId, known.key, level);
}

/** Permissions tool: ticks a granular permission of one tool in a project template. */
export function grantPermission(
  world: World,
  { templateId, tool, permission, by }: { templateId: Id; tool: string; permission: string; by?: Id },
): PermissionTemplate {
  const template = world.templates.get(templateId);
  const known = findTool(projectTools, tool);
  if (!template || template.type === 'company_tools') throw new RangeError(`no project template has the id ${templateId}`);
  if (!known) throw new RangeError(`no tool of this template is called ${tool}`);
  return grantInTemplate(world, adminOf(world, template.companyId, by), templateId, known.key, permission);
}
