import { addTemplate, type NewTemplate } from '../../kernel/directory.ts';
import type { AccessLevel } from '../../kernel/levels.ts';
import type { Id, PermissionTemplate } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { invalid } from '../refusal.ts';

/** Creates a permission template. Names are unique in a company; across kinds too, by switch [sup]. */
export function createTemplate(world: World, actor: Actor, given: NewTemplate): PermissionTemplate {
  const acrossTypes = world.switches.get('templateNamesUniqueAcrossTypes');
  const namesake = world.templates.find(
    (other) => other.companyId === given.companyId && other.name === given.name && (acrossTypes || other.type === given.type),
  );
  if (namesake) throw invalid('name', 'has already been taken');
  const template = addTemplate(world, given);
  record(world, actor, 'create', template);
  return template;
}

/** Sets one tool's level. Procore's API cannot do this: only its screens can. */
export function setTemplateLevel(
  world: World,
  actor: Actor,
  templateId: Id,
  tool: string,
  level: AccessLevel,
): PermissionTemplate {
  const template = world.templates.get(templateId);
  if (!template) throw new RangeError(`no template has the id ${templateId}`);
  const updated = world.templates.put({
    ...template,
    levels: { ...template.levels, [tool]: level },
    updatedAt: world.clock.instant(),
  });
  record(world, actor, 'update', updated);
  return updated;
}

/** Grants a granular permission of one tool, which only Procore's screens can. Granted already, nothing changes. */
export function grantInTemplate(
  world: World,
  actor: Actor,
  templateId: Id,
  tool: string,
  permission: string,
): PermissionTemplate {
  const template = world.templates.get(templateId);
  if (!template) throw new RangeError(`no template has the id ${templateId}`);
  const granted = template.granular[tool] ?? [];
  if (granted.includes(permission)) return template;
  const granular = { ...template.granular, [tool]: [...granted, permission] };
  const updated = world.templates.put({ ...template, granular, updatedAt: world.clock.instant() });
  record(world, actor, 'update', updated);
  return updated;
}

function record(world: World, actor: Actor, action: 'create' | 'update', row: PermissionTemplate): void {
  commit(world, actor, {
    resource: 'permission_templates',
    id: row.id,
    action,
    companyId: row.companyId,
    projectId: row.projectId,
    row,
  });
}
