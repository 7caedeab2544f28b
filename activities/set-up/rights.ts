import { faultIn } from '../../shared/domain/faults.ts';
import {
  type CompanyUser,
  readCompanyUser,
  type UserRights,
  updateUserRights,
} from '../../shared/procore/operations/company-users.ts';
import type { StoredTask } from '../../shared/store/connections/set-ups.ts';
import { done, refuse, type SetUpScene, sendOnce } from './scene.ts';
import { namedLike, type TemplateLists } from './templates.ts';

/** Ids of the templates that the sync user is to have. */
export interface TemplateIds {
  readonly company: string | undefined;
  readonly project: string | undefined;
}

/** The templates that we made, or that exist under their names. */
export async function templateIds(
  { recipe }: SetUpScene,
  rows: readonly StoredTask[],
  lists: () => Promise<TemplateLists>,
): Promise<TemplateIds> {
  const made = (task: StoredTask['task']) => rows.find((row) => row.task === task)?.targetId ?? undefined;
  const [company, project] = [made('company-template'), made('project-template')];
  if (project !== undefined && (company !== undefined || !recipe.companyTemplate)) return { company, project };
  const { company_tools, global } = await lists();
  const only = (found: readonly { readonly id: string }[]) => (found.length === 1 ? found[0]?.id : undefined);
  return {
    company: company ?? (recipe.companyTemplate && only(namedLike(company_tools, recipe.companyTemplate.name))),
    project: project ?? only(namedLike(global, recipe.projectTemplate.name)),
  };
}

/** Gives the sync user its templates and the flag in one call, and trusts only what the answer shows. */
export async function giveRights(scene: SetUpScene, rows: readonly StoredTask[], ids: TemplateIds): Promise<void> {
  const templates = rows.find(({ task }) => task === 'user-templates');
  const lacks =
    templates && (ids.project === undefined || (scene.recipe.companyTemplate !== undefined && ids.company === undefined));
  if (templates && lacks) await refuse(scene, templates, 'There is no template of the guide’s name to give.');
  const open = lacks ? rows.filter((row) => row !== templates) : rows;
  if (open.length === 0) return;
  const wanted: UserRights = {
    ...(templates && !lacks && ids.company !== undefined && { companyTemplateId: ids.company }),
    ...(templates && !lacks && ids.project !== undefined && { defaultTemplateId: ids.project }),
    ...(open.some(({ task }) => task === 'new-projects') && { addToNewProjects: true }),
  };
  // sent before: read the current values before sending again
  const before = open.some(({ attempts }) => attempts > 0) ? await readCompanyUser(scene.person, scene.user.id) : undefined;
  const answer = before && unmet(before, wanted).length === 0 ? before : await update(scene, open, wanted);
  if (answer) for (const row of open) await settleRights(scene, row, answer, wanted);
}

async function update(scene: SetUpScene, rows: readonly StoredTask[], wanted: UserRights): Promise<CompanyUser | undefined> {
  const sent = await sendOnce(scene, rows, 'absolute', async (mayStillSend) => {
    try {
      return await updateUserRights(scene.person, scene.user.id, wanted, undefined, mayStillSend);
    } catch (error) {
      if (faultIn(error)?.kind !== 'validation-rejected') throw error;
      const { email, lastName } = await readCompanyUser(scene.person, scene.user.id);
      if (email === null || lastName === null) throw error;
      return updateUserRights(scene.person, scene.user.id, wanted, { email, lastName }, mayStillSend);
    }
  });
  return sent?.answer;
}

async function settleRights(scene: SetUpScene, row: StoredTask, answer: CompanyUser, wanted: UserRights): Promise<void> {
  const fields = row.task === 'new-projects' ? ['addToNewProjects'] : ['companyTemplateId', 'defaultTemplateId'];
  const isUnmet = unmet(answer, wanted).some((field) => fields.includes(field));
  if (isUnmet) await refuse(scene, row, 'Procore took the change, but does not show it.');
  else
    await done(scene, row, row.task === 'new-projects' ? 'New projects get the sync user.' : 'The sync user has the templates.');
}

/**
 * Wanted rights that a record does not show. A flag that is absent there may be set nevertheless; the check of the projects finds
 * out.
 */
function unmet(user: CompanyUser, wanted: UserRights): readonly (keyof UserRights)[] {
  const { companyTemplateId, defaultTemplateId, addToNewProjects } = wanted;
  return [
    ...(companyTemplateId !== undefined && user.companyTemplateId !== companyTemplateId ? (['companyTemplateId'] as const) : []),
    ...(defaultTemplateId !== undefined && user.defaultTemplateId !== defaultTemplateId ? (['defaultTemplateId'] as const) : []),
    ...(addToNewProjects !== undefined && user.addToNewProjects === false ? (['addToNewProjects'] as const) : []),
  ];
}
