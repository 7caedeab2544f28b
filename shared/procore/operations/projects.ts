import { z } from 'zod';
import type { ListedProject } from '../../domain/projects.ts';
import type { ProcoreClient } from '../contract.ts';
import { flagOrNull, id, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';

const project = z
  .object({ id, name: textOrNull, project_number: textOrNull, city: textOrNull, time_zone: textOrNull, active: flagOrNull })
  .transform(
    (row): ListedProject => ({
      id: row.id,
      name: row.name ?? '',
      number: row.project_number,
      city: row.city,
      timeZone: row.time_zone,
      active: row.active ?? true,
    }),
  );

/** Projects the token can see; `timeZone` is Procore's own name. A company admin sees all, others only their own. */
export function listProjects(client: ProcoreClient, which: 'active' | 'all'): Promise<readonly ListedProject[]> {
  return collect(client.pages(projectList(client, which === 'all' ? { 'filters[by_status]': 'All' } : {})));
}

/** Those of the given projects that the token can see, active or not. */
export async function findProjects(client: ProcoreClient, projectIds: readonly string[]): Promise<readonly ListedProject[]> {
  const wanted = new Set(projectIds);
  const found = await collect(client.pages(projectList(client, { 'filters[by_status]': 'All', 'filters[id]': projectIds })));
  // Procore ignores unknown filters.
  return found.filter((one) => wanted.has(one.id));
}

const projectList = (client: ProcoreClient, filters: Readonly<Record<string, string | readonly string[]>>) =>
  list('listProjects', rest`v1.1/projects`, project, {
    company_id: client.company.companyId,
    view: 'normal',
    sort: 'name',
    ...filters,
  });
