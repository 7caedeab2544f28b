import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const register = z.object({ type: textOrNull, identifier: textOrNull }).nullish();

const vendor = z
  .object({
    id,
    name: textOrNull,
    abbreviated_name: textOrNull,
    trade_name: textOrNull,
    is_active: flagOrNull,
    business_register: register,
    project_ids: z.array(id).nullish(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name ?? '',
    abbreviatedName: row.abbreviated_name,
    tradeName: row.trade_name,
    active: row.is_active ?? true,
    registration: row.business_register?.identifier
      ? { type: row.business_register.type, identifier: row.business_register.identifier }
      : null,
    projectIds: row.project_ids ?? null,
  }));

/** A company of a Procore directory. `registration` is its ABN or EIN as Procore knows it; `projectIds` null where a view leaves them out. */
export type Vendor = z.output<typeof vendor>;

/** All vendors of the company's directory. */
export function listVendors(client: ProcoreClient<BoundCompany>): Promise<readonly Vendor[]> {
  return collect(
    client.pages(list('listVendors', rest`v1.0/vendors`, vendor, { company_id: client.company.companyId, view: 'extended' })),
  );
}
