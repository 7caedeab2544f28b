import type { TemplateRecipe } from '../../shared/partners/contract.ts';
import {
  createTemplate,
  type LevelMap,
  listTemplates,
  type PermissionTemplate,
  readTemplate,
  type TemplateType,
} from '../../shared/procore/operations/permission-templates.ts';
import { getOwnPermissions, type OwnTool } from '../../shared/procore/operations/permissions.ts';
import { encodeLevels, givesLevels } from '../../shared/procore/template-levels.ts';
import { askTaskAgain, doubtTask, lookTaskUpAgain, type StoredTask } from '../../shared/store/connections/set-ups.ts';
import { done, inScene, refuse, type SetUpScene, sendOnce } from './scene.ts';

export type TemplateLists = Readonly<Record<TemplateType, readonly PermissionTemplate[]>>;

/** Both lists, since any template may show how levels are encoded. */
export const readTemplates = async ({ person }: SetUpScene): Promise<TemplateLists> => ({
  company_tools: await listTemplates(person, 'company_tools', 'with-levels'),
  global: await listTemplates(person, 'global', 'with-levels'),
});

export const namedLike = (templates: readonly PermissionTemplate[], name: string): readonly PermissionTemplate[] =>
  templates.filter((template) => template.name.trim() === name);

/** A creation of unknown outcome is looked up this often, a settle time apart, before a resend (facts/security.md section 2). */
const lookUps = 2;

/**
 * Makes a missing template, once. Procore's API can neither change nor delete one, so nothing is sent on a guess: an existing
 * template of that name is taken as it is, an encoding that could not be learned is left to the admin, and what may have been
 * made is looked up twice before it is made again.
 */
export async function makeTemplate(
  scene: SetUpScene,
  row: StoredTask,
  type: TemplateType,
  recipe: TemplateRecipe,
  lists: () => Promise<TemplateLists>,
): Promise<void> {
  if (row.state === 'sending') {
    await inScene(scene, (db) => doubtTask(db, scene.claim, row.task, scene.deps.timings.settleMs));
    return;
  }
  if (row.state === 'unknown' && row.nextLookAt !== null && row.nextLookAt.getTime() > Date.now()) return;
  const known = await lists();
  const found = namedLike(known[type], recipe.name);
  if (found.length === 0 && row.state === 'unknown' && row.lookUps + 1 < lookUps) {
    await inScene(scene, (db) => lookTaskUpAgain(db, scene.claim, row.task, scene.deps.timings.settleMs));
    return;
  }
  const levels = await learnedLevels(scene, type, recipe, known);
  if (found.length > 0) return takeFound(scene, row, found, levels);
  if (levels === undefined) return refuse(scene, row, 'How Procore writes levels could not be learned from its own templates.');
  if (row.state === 'unknown') await inScene(scene, (db) => askTaskAgain(db, scene.claim, row.task));
  await create(scene, row, type, recipe.name, levels);
}

async function create(scene: SetUpScene, row: StoredTask, type: TemplateType, name: string, levels: LevelMap): Promise<void> {
  const sent = await sendOnce(scene, [row], 'looked-up', (mayStillSend) =>
    createTemplate(scene.person, { name, type, levels }, mayStillSend),
  );
  if (!sent) return;
  const readBack = await readTemplate(scene.person, sent.answer.id);
  if (givesLevels(levels, readBack.levels)) await done(scene, row, `“${name}” was created.`, readBack.id);
  else await refuse(scene, row, `“${name}” was created, but Procore did not take all of its levels.`, readBack.id);
}

async function takeFound(
  scene: SetUpScene,
  row: StoredTask,
  found: readonly PermissionTemplate[],
  levels: LevelMap | undefined,
): Promise<void> {
  const [template, another] = found;
  if (!template) return;
  const { name, id } = template;
  if (another)
    return refuse(scene, row, `There are ${found.length} templates “${name.trim()}”: which one is meant is yours to say.`);
  const fits = levels === undefined || givesLevels(levels, template.levels);
  const seen = row.attempts > 0 ? 'was created' : 'is there already';
  if (fits) await done(scene, row, `“${name.trim()}” ${seen}.`, id);
  else
    await refuse(
      scene,
      row,
      `“${name.trim()}” is there already with other levels, and Procore lets nobody but you change it.`,
      id,
    );
}

/** Manifests are read only if templates encode levels as numbers: they pair the numbers with names. */
async function learnedLevels(
  scene: SetUpScene,
  type: TemplateType,
  { levels }: TemplateRecipe,
  known: TemplateLists,
): Promise<LevelMap | undefined> {
  const maps = known[type].map((template) => template.levels);
  const allMaps = [...known.company_tools, ...known.global].map((template) => template.levels);
  const inNames = encodeLevels(levels, { maps, allMaps, tools: [] });
  if (inNames !== undefined) return inNames;
  return encodeLevels(levels, { maps, allMaps, tools: await manifest(scene, type) });
}

async function manifest({ person, opened }: SetUpScene, type: TemplateType): Promise<readonly OwnTool[]> {
  if (type === 'company_tools') return getOwnPermissions(person, 'company');
  const project = opened.context.adminProjects?.projects.find(({ active }) => active);
  return project ? getOwnPermissions(person, { projectId: project.id }) : [];
}
