import { z } from 'zod';
import type { ProcoreClient } from '../contract.ts';
import { id } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const installation = z.object({ id });

export type AppInstallation = z.output<typeof installation>;

/** Apps installed in the company, as far as the token may see them; its permission is not documented. */
export function listAppInstallations(client: ProcoreClient): Promise<readonly AppInstallation[]> {
  const query = { company_id: client.company.companyId };
  return collect(client.pages(list('listAppInstallations', rest`v1.0/app_installations`, installation, query)));
}
