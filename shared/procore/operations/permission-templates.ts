import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { id, textOrNull } from '../fields.ts';
import { collect, list, numericId, read, rest, write } from '../requests.ts';

/** `company_tools`: for the company's tools; `global`: applicable to all projects, the only type that can be a user's default. */
export const templateTypes = ['company_tools', 'global'] as const;
export type TemplateType = (typeof templateTypes)[number];

const levels = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .nullish()
  .transform((map) => map ?? {});

const template = z
  .object({ id, name: textOrNull, type: textOrNull, user_access_levels: levels })
  .transform((row) => ({ id: row.id, name: row.name ?? '', type: row.type, levels: row.user_access_levels }));

/**
 * A permission template. `levels` is Procore's own map of tools to levels; its keys and values are not published, so they are
 * kept as read and only compared with each other. Empty if the view omits it.
 */
export type PermissionTemplate = z.output<typeof template>;
export type LevelMap = PermissionTemplate['levels'];

/** Templates of one type. Procore does not document who may read them: it may be refused. */
export function listTemplates(
  client: ProcoreClient<BoundCompany>,
  type: TemplateType,
  view: 'names' | 'with-levels',
): Promise<readonly PermissionTemplate[]> {
  const path = rest`v1.0/companies/${client.company.companyId}/permission_templates`;
  const query = { 'filters[type]': type, ...(view === 'with-levels' && { view: 'with_permissions' }) };
  return collect(client.pages(list('listTemplates', path, template, query)));
}

/** One template with its levels, read back from Procore. */
export async function readTemplate(client: ProcoreClient<BoundCompany>, templateId: string): Promise<PermissionTemplate> {
  const path = rest`v1.0/companies/${client.company.companyId}/permission_templates/${templateId}`;
  return (await client.call(read('readTemplate', path, template))).value;
}

export interface NewTemplate {
  readonly name: string;
  readonly type: TemplateType;
  /** In Procore's own encoding, as learned from other templates. */
  readonly levels: LevelMap;
}

/** Creates one template on every call, unless Procore refuses the name. The API can neither change nor delete it afterwards. */
export async function createTemplate(
  client: ProcoreClient<BoundCompany>,
  { name, type, levels: user_access_levels }: NewTemplate,
  mayStillSend?: () => boolean,
): Promise<PermissionTemplate> {
  const { companyId } = client.company;
  const body = {
    permission_template: {
      name,
      type,
      provider_type: 'Company',
      provider_id: numericId(companyId),
      category: 'internal',
      user_access_levels,
      permissions: {},
    },
  };
  const path = rest`v1.0/companies/${companyId}/permission_templates`;
  return (await client.call({ ...write('createTemplate', 'POST', path, template, body), mayStillSend })).value;
}
