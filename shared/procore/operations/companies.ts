import { z } from 'zod';
import type { AnyCompany, NoCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const company = z
  .object({ id, name: textOrNull, is_active: flagOrNull, my_company: flagOrNull })
  .transform((row) => ({ id: row.id, name: row.name ?? '', active: row.is_active ?? true, mine: row.my_company ?? false }));

/** A company in the principal's own list. Being listed proves nothing: a subcontractor's staff see the builder there. */
export type ListedCompany = z.output<typeof company>;

/** Companies visible to the token: a person's memberships, or where a shared app is installed. Free companies included. */
export function listCompanies(client: ProcoreClient<AnyCompany | NoCompany>): Promise<readonly ListedCompany[]> {
  return collect(client.pages(list('listCompanies', rest`v1.0/companies`, company, { include_free_companies: true })));
}
