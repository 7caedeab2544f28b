import {
  accessLevelIds,
  accessLevelOfId,
  accessLevels,
  companyTools,
  findTool,
  type Levels,
  projectTools,
  type Tool,
} from '../../kernel/levels.ts';
import type { PermissionTemplate, TemplateType } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import { exactId } from '../exact.ts';

const toolsOf = (type: TemplateType): readonly Tool[] => (type === 'company_tools' ? companyTools : projectTools);

export function listedTemplate(template: PermissionTemplate) {
  return {
    id: exactId(template.id),
    name: template.name,
    project_specific: template.type === 'project_specific',
    type: template.type,
    category: template.category,
  };
}

/** With levels and permissions, both as maps whose keys and values are not published [unk]. */
export function shownTemplate(world: World, template: PermissionTemplate) {
  const onProject = template.type === 'project_specific';
  return {
    ...listedTemplate(template),
    company_id: exactId(template.companyId),
    provider_type: onProject ? 'Project' : 'Company',
    provider_id: exactId(onProject ? template.projectId : template.companyId),
    project_id: exactId(template.projectId),
    user_access_levels: printLevels(world, template),
    permissions: template.granular,
  };
}

function printLevels(world: World, { type, levels }: PermissionTemplate): Record<string, string | number> {
  const byNumber = world.switches.get('templateLevelMap') === 'tool-id';
  return Object.fromEntries(
    toolsOf(type).map(({ id, key, name }) => {
      const level = levels[key] ?? 'None';
      return byNumber ? [String(id), accessLevelIds[level]] : [name, level];
    }),
  );
}

/** Reads a map of levels in the encoding of the switch; `unknown` names the entries that mean nothing. */
export function readLevels(
  world: World,
  type: TemplateType,
  map: Record<string, unknown>,
): { levels: Levels; unknown: string[] } {
  const byNumber = world.switches.get('templateLevelMap') === 'tool-id';
  const levels: Levels = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(map)) {
    const tool = findTool(toolsOf(type), key);
    const level = byNumber ? accessLevelOfId(Number(value)) : accessLevels.find((known) => known === value);
    const spelled = tool && (byNumber ? key === String(tool.id) : key === tool.name);
    if (tool && level && spelled) levels[tool.key] = level;
    else unknown.push(key);
  }
  return { levels, unknown };
}
