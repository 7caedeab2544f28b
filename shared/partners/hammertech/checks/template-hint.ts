import type { BoundCompany } from '../../../domain/company.ts';
import type { ProcoreClient } from '../../../procore/client.ts';
import { unlessRefused } from '../../../procore/diagnosis.ts';
import { getCompanyMe } from '../../../procore/operations/identity.ts';
import { listTemplates } from '../../../procore/operations/permission-templates.ts';
import { nameScore } from '../../names.ts';
import { guide } from '../settings.ts';

/** Alike enough to be the guide's template, misspelt: the guide itself once writes "Permissionss". */
const alikeFrom = 0.9;

/** What names tell about a level that is too low. A hint for people, never a proof. */
export interface TemplateHint {
  /** Whether the user has a template at all, whatever its name. */
  readonly has: boolean;
  /** The template that the user has. */
  readonly assigned?: string;
  /** One named as the guide names it that the user does not have. */
  readonly unassigned?: string;
}

/**
 * The template behind a level that is too low: the user's company template, or its default on projects. Two calls, made only where
 * something is to be mended; where Procore does not show templates there is no hint.
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

/** The hint as a sentence, where there is one to say. */
export const inWords = ({ unassigned }: TemplateHint, user: string): string =>
  unassigned === undefined ? '' : ` There is a template “${unassigned}”, but ${user} does not have it.`;
