import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const option = z.object({ id, name: textOrNull }).transform((row) => ({ id: row.id, name: row.name ?? '' }));

/** A possible contact of a new manpower entry of this project, for the calling user. */
export type ManpowerOption = z.output<typeof option>;

/** Contacts; their ids are not vendor ids, and names may collide. */
export function listContactOptions(client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly ManpowerOption[]> {
  return collect(
    client.pages(list('listContactOptions', rest`v1.0/projects/${projectId}/manpower_logs/contact_options`, option)),
  );
}

/** Vendors, by vendor id. */
export function listVendorOptions(client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly ManpowerOption[]> {
  return collect(client.pages(list('listVendorOptions', rest`v1.0/projects/${projectId}/manpower_logs/vendor_options`, option)));
}
