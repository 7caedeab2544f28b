import type { Project } from '../../kernel/model.ts';
import type { Submittal } from '../../kernel/model-submittals.ts';
import type { Call } from '../call.ts';
import { filterValue, filterValues, passes, rangeFilter } from '../filters.ts';
import { sorted } from '../paging.ts';
import { seesSubmittal } from './sight.ts';
import { statusesOf } from './statuses.ts';
import { ballInCourt } from './workflow.ts';

/**
 * The rows of a project that the caller sees and the filters let through, in order. What may not be seen is left out without a word; a
 * filter that is not among these is ignored [sbx]. There is no order by time of change [oas].
 */
export function listedSubmittals(call: Call, project: Project, isWanted: (row: Submittal) => boolean): Submittal[] {
  const { world, query, person } = call;
  const createdAt = rangeFilter(query, 'created_at');
  const updatedAt = rangeFilter(query, 'updated_at');
  const text = filterValue(query, 'query')?.toLowerCase() ?? '';
  const rows = world.submittals.filter(
    (row) =>
      row.projectId === project.id &&
      isWanted(row) &&
      seesSubmittal(world, person.id, project, row) &&
      passes(query, 'id', row.id) &&
      passes(query, 'number', row.number) &&
      passes(query, 'type', row.type) &&
      passes(query, 'status_id', row.statusId) &&
      passes(query, 'submittal_manager_id', row.managerId) &&
      passes(query, 'received_from_id', row.receivedFromId) &&
      passes(query, 'responsible_contractor_id', row.responsibleContractorId) &&
      passesAny(query, 'ball_in_court_id', ballInCourt(world, row)) &&
      passesAny(
        query,
        'approver_id',
        row.approvers.map(({ userId }) => userId),
      ) &&
      passesAny(
        query,
        'response_id',
        row.approvers.map(({ responseId }) => responseId),
      ) &&
      (row.currentRevision || filterValue(query, 'current_revision') !== 'true') &&
      `${row.number} ${row.title} ${row.description ?? ''}`.toLowerCase().includes(text) &&
      createdAt(row.createdAt) &&
      updatedAt(row.updatedAt),
  );
  const statuses = new Map(statusesOf(world, project.companyId).map(({ id, name }) => [id, name]));
  return sorted(call, rows, (row) => ({
    number: row.number,
    title: row.title,
    type: row.type,
    status: statuses.get(row.statusId) ?? null,
    submit_by: row.submitBy,
    received_date: row.receivedDate,
    due_date: row.dueDate,
    distributed_at: row.distributions.at(-1)?.sentAt ?? null,
  }));
}

function passesAny(query: URLSearchParams, name: string, values: readonly (string | null)[]): boolean {
  const wanted = filterValues(query, name);
  return wanted === undefined || values.some((value) => value !== null && wanted.includes(value));
}
