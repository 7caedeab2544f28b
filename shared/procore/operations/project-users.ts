import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const user = z
  .object({ id, name: textOrNull, first_name: textOrNull, last_name: textOrNull, email_address: textOrNull })
  .transform((row) => ({
    id: row.id,
    name: row.name ?? [row.first_name, row.last_name].flatMap((part) => part?.trim() || []).join(' '),
    /** Null if the caller may read names only. */
    email: row.email_address,
  }));

/** A login on the project. */
export type ProjectUser = z.output<typeof user>;

/** Active users of a project. Any member sees them; addresses only with Directory Read Only. */
export const listProjectUsers = (client: ProcoreClient<BoundCompany>, projectId: string): Promise<readonly ProjectUser[]> =>
  collect(client.pages(list('listProjectUsers', rest`v1.0/projects/${projectId}/users`, user)));
