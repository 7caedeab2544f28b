import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, idOrNull, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const person = z
  .object({
    id,
    first_name: textOrNull,
    last_name: textOrNull,
    user_id: idOrNull,
    contact: z.object({ email: textOrNull, is_active: flagOrNull }).nullish(),
  })
  .transform((row) => ({
    id: row.id,
    name: [row.first_name, row.last_name].flatMap((part) => part?.trim() || []).join(' '),
    email: row.contact?.email ?? null,
    userId: row.user_id,
  }));

/** A person of the company's directory: a user, or (`userId` null) without a login. `id` is that of the directory card. */
export type DirectoryPerson = z.output<typeof person>;

/** Active people of the company, with and without a login. Needs company Directory Read Only. */
export function listPeople(client: ProcoreClient<BoundCompany>): Promise<readonly DirectoryPerson[]> {
  return collect(client.pages(list('listPeople', rest`v1.0/companies/${client.company.companyId}/people`, person)));
}
