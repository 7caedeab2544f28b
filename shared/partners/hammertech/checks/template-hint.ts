import type { BoundCompany } from '../../../domain/company.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { listTemplates } from '../../../procore/operations/permission-templates.ts';
import { nameScore } from '../../names.ts';
import { guide } from '../settings.ts';

/** From this similarity on a name counts as the guide's template, misspelt: the guide itself once writes "Permissionss". */
const alikeFrom = 0.9;

/** What template names suggest about a level that is too low. A hint for people, never a proof. */
export interface TemplateHint {
  /** Whether the user has a template at all, whatever its name. */
  readonly has: boolean;
  /** The template that the user has. */
  readonly assigned?: string;
  /** A template with the guide's name that the user does not have. */
  readonly unassigned?: string;
}

/**
 * The template behind a level that is too low: the user's company template, or its default on projects. Two calls, made only if
 * something must be fixed; no hint if Procore does not show templates.
 */
export async function templateHint(client: ProcoreClient<BoundCompany>, where: 'company' | 'project'): Promise<TemplateHint> {
  const me = await unlessRefused(getCompanyMe(client));
  const templates = await unlessRefused(listTemplates(client, where === 'company' ? 'company_tools' : 'global', 'names'));
  const assignedId = (where === 'company' ? me?.companyTemplateId : me?.defaultTemplateId) ?? null;
  const has = assignedId !== null;
  const assigned = templates?.find(({ id }) => id === assignedId);
  if (assigned) return { has, assigned: assigned.name };
  const byGuide = where === 'company' ? guide.companyTemplate : guide.projectTemplate;
  const namesake = has ? undefined : templates?.find(({ name }) => nameScore(name, byGuide) >= alikeFrom);
  return namesake ? { has, unassigned: namesake.name } : { has };
}

/** The hint as a sentence, if there is one. */
export const inWords = ({ unassigned }: TemplateHint, user: string): string =>
  unassigned === undefined ? '' : ` There is a template “${unassigned}”, but ${user} does not have it.`;
