import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest, write } from '../requests.ts';

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

/**
 * A company of a Procore directory. `registration` is its ABN or EIN as Procore has it; `projectIds` is null in views that omit
 * them.
 */
export type Vendor = z.output<typeof vendor>;

/** All vendors of a project's directory. */
export function listProjectVendors(client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly Vendor[]> {
  return collect(client.pages(list('listProjectVendors', rest`v1.1/projects/${projectId}/vendors`, vendor)));
}

/** All vendors of the company's directory. */
export function listVendors(client: ProcoreClient<BoundCompany>): Promise<readonly Vendor[]> {
  return collect(
    client.pages(list('listVendors', rest`v1.0/vendors`, vendor, { company_id: client.company.companyId, view: 'extended' })),
  );
}

/**
 * Adds a company of the directory to a project's directory; idempotent. Needs Directory: Admin on the project, or the granular
 * right to it.
 */
export async function addProjectVendor(client: ProcoreClient<BoundCompany>, projectId: string, vendorId: string): Promise<void> {
  const path = rest`v1.1/projects/${projectId}/vendors/${vendorId}/actions/add`;
  await client.call(write('addProjectVendor', 'POST', path, z.unknown()));
}
