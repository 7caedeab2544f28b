import { z } from 'zod';
import type { NoCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, idOrNull, textOrNull } from '../fields.ts';
import { read, rest } from '../requests.ts';

const me = z.object({ id, login: textOrNull, name: textOrNull });

/** The token's user. `id` is the same in every company. */
export type Me = z.output<typeof me>;

export async function getMe(client: ProcoreClient): Promise<Me> {
  const { value } = await client.call(read('getMe', rest`v1.0/me`, me, { company_id: client.company.companyId }));
  return value;
}

/** The token's user, requested without a company: only for a person's own token. The name may be missing then. */
export async function getPerson(client: ProcoreClient<NoCompany>): Promise<Me> {
  const { value } = await client.call(read('getMe', rest`v1.0/me`, me));
  return value;
}

/** The login of the token's user, requested without a company: works also for people outside it. The name is not returned. */
export async function getOwnLogin(client: ProcoreClient): Promise<string | null> {
  const { value } = await client.call(read('getMe', rest`v1.0/me`, me));
  return value.login;
}

const companyMe = z
  .object({
    id,
    name: textOrNull,
    is_active: flagOrNull,
    is_employee: flagOrNull,
    add_to_new_projects: flagOrNull,
    company_permission_template_id: idOrNull,
    default_permission_template_id: idOrNull,
  })
  .transform((row) => ({
    id: row.id,
    name: row.name ?? '',
    active: row.is_active,
    employee: row.is_employee,
    addToNewProjects: row.add_to_new_projects,
    companyTemplateId: row.company_permission_template_id,
    defaultTemplateId: row.default_permission_template_id,
  }));

/** The token's own directory record. `addToNewProjects` null means unknown, never "no". */
export type CompanyMe = z.output<typeof companyMe>;

/** Proves credential, company and app connection in one call (facts/steps-and-calls.md section 1). */
export async function getCompanyMe(client: ProcoreClient): Promise<CompanyMe> {
  const { value } = await client.call(read('getCompanyMe', rest`v1.0/companies/${client.company.companyId}/me`, companyMe));
  return value;
}
