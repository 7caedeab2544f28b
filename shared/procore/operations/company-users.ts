import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, idOrNull, textOrNull } from '../fields.ts';
import { numericId, read, rest, write } from '../requests.ts';

const companyUser = z
  .object({
    id,
    email_address: textOrNull,
    last_name: textOrNull,
    add_to_new_projects: flagOrNull,
    company_permission_template_id: idOrNull,
    default_permission_template_id: idOrNull,
  })
  .transform((row) => ({
    id: row.id,
    email: row.email_address,
    lastName: row.last_name,
    addToNewProjects: row.add_to_new_projects,
    companyTemplateId: row.company_permission_template_id,
    defaultTemplateId: row.default_permission_template_id,
  }));

/** The part of a directory record that concerns rights. `addToNewProjects` null means unknown, never "no". */
export type CompanyUser = z.output<typeof companyUser>;

export async function readCompanyUser(client: ProcoreClient<BoundCompany>, userId: string): Promise<CompanyUser> {
  const path = rest`v1.3/companies/${client.company.companyId}/users/${userId}`;
  return (await client.call(read('readCompanyUser', path, companyUser))).value;
}

/** The three fields that only a Directory admin may set; omitted ones are unchanged. */
export interface UserRights {
  readonly companyTemplateId?: string;
  readonly defaultTemplateId?: string;
  readonly addToNewProjects?: boolean;
}

/**
 * Sets rights to absolute values. `identity`: current address and last name, unchanged, in case Procore refuses a record without
 * them; a changed address would invalidate a service account's credential.
 */
export async function updateUserRights(
  client: ProcoreClient<BoundCompany>,
  userId: string,
  rights: UserRights,
  identity?: { readonly email: string; readonly lastName: string },
  mayStillSend?: () => boolean,
): Promise<CompanyUser> {
  const { companyTemplateId, defaultTemplateId, addToNewProjects } = rights;
  const user = {
    ...(identity && { email_address: identity.email, last_name: identity.lastName }),
    ...(companyTemplateId !== undefined && { company_permission_template_id: numericId(companyTemplateId) }),
    ...(defaultTemplateId !== undefined && { default_permission_template_id: numericId(defaultTemplateId) }),
    ...(addToNewProjects !== undefined && { add_to_new_projects: addToNewProjects }),
  };
  const path = rest`v1.3/companies/${client.company.companyId}/users/${userId}`;
  return (await client.call({ ...write('updateUserRights', 'PATCH', path, companyUser, { user }), mayStillSend })).value;
}
