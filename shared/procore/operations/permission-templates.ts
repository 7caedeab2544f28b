import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const template = z
  .object({ id, name: textOrNull, type: textOrNull, category: textOrNull, project_specific: flagOrNull })
  .transform((row) => ({
    id: row.id,
    name: row.name ?? '',
    type: row.type,
    category: row.category,
    projectSpecific: row.project_specific,
  }));

export type PermissionTemplate = z.output<typeof template>;

/** Templates of the company: `company_tools`, `global` (applicable to all projects), or all for project tools. */
export function listPermissionTemplates(
  client: ProcoreClient<BoundCompany>,
  type: 'company_tools' | 'project_tools' | 'global',
): Promise<readonly PermissionTemplate[]> {
  const path = rest`v1.0/companies/${client.company.companyId}/permission_templates`;
  return collect(client.pages(list('listPermissionTemplates', path, template, { 'filters[type]': type })));
}
