import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const assignment = z
  .object({ project_id: id, name: textOrNull, is_assigned: flagOrNull, active: flagOrNull, permission_template_name: textOrNull })
  .transform((row) => ({
    // Pages are deduplicated by `id`.
    id: row.project_id,
    projectId: row.project_id,
    projectName: row.name ?? '',
    assigned: row.is_assigned ?? false,
    active: row.active ?? true,
    templateName: row.permission_template_name,
  }));

export type ProjectAssignment = z.output<typeof assignment>;

/** Projects of the company with whether the user is on them, and by which template. */
export function listProjectAssignments(
  client: ProcoreClient<BoundCompany>,
  userId: string,
): Promise<readonly ProjectAssignment[]> {
  const path = rest`v1.0/companies/${client.company.companyId}/users/${userId}/project_assignments`;
  return collect(
    client.pages(
      list('listProjectAssignments', path, assignment, { 'filters[by_status]': 'All', 'filters[assignment_status]': 'all' }),
    ),
  );
}
