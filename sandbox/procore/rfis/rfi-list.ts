import type { Rfi } from '../../kernel/model-rfis.ts';
import { type Call, needProjectLevel } from '../call.ts';
import { filterValues, passes, rangeFilter } from '../filters.ts';
import { pageOf, usualPages } from '../paging.ts';
import type { Answer, Route } from '../routing.ts';
import { visibleRfis } from './sight.ts';
import { listedRfi } from './views.ts';

/** Whether one of an RFI's people is asked for. */
function passesAny({ query }: Call, name: string, ids: readonly string[]): boolean {
  const wanted = filterValues(query, name);
  return wanted === undefined || ids.some((id) => wanted.includes(id));
}

/** `filters[status][]=open`; the scalar form filters nothing, by switch [sbx against oas]. */
function passesStatus({ query, world }: Call, { state }: Rfi): boolean {
  const both = world.switches.get('rfiStatusFilter') === 'both';
  const wanted = both ? filterValues(query, 'status') : query.getAll('filters[status][]');
  return wanted === undefined || wanted.length === 0 || wanted.includes(state);
}

/** `search`: in the subject or the number, whatever the case [oas]. */
function isFound({ query }: Call, { subject, number }: Rfi): boolean {
  const wanted = query.get('search')?.toLowerCase() ?? '';
  return `${subject}\n${number ?? ''}`.toLowerCase().includes(wanted);
}

const sortable: Record<string, (rfi: Rfi) => string | null> = {
  number: ({ number }) => number?.padStart(15, '0') ?? null,
  subject: ({ subject }) => subject,
  status: ({ state }) => state,
  due_date: ({ dueDate }) => dueDate,
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  initiated_at: ({ initiatedAt }) => initiatedAt,
};

/** By `sort[attribute]` and `sort[direction]`; an unknown attribute, and ties, by id. */
function inOrder({ query }: Call, rfis: readonly Rfi[]): Rfi[] {
  const column = sortable[query.get('sort[attribute]') ?? ''] ?? (() => '');
  const sign = query.get('sort[direction]') === 'desc' ? -1 : 1;
  return [...rfis].sort((a, b) => {
    const order = sign * (column(a) ?? '').localeCompare(column(b) ?? '');
    return order === 0 ? Number(BigInt(a.id) - BigInt(b.id)) : order;
  });
}

/** RFIs the caller may see, `Total` counting no other; unknown filters are ignored [sbx]. */
function list(call: Call): Answer {
  const { query } = call;
  const [created, updated] = [rangeFilter(query, 'created_at'), rangeFilter(query, 'updated_at')];
  const rows = visibleRfis(call).rfis.filter(
    (rfi) =>
      rfi.recycledAt === null &&
      passes(query, 'id', rfi.id) &&
      passesStatus(call, rfi) &&
      passesAny(call, 'assigned_id', rfi.assigneeIds) &&
      passesAny(call, 'ball_in_court_id', rfi.ball.holderIds) &&
      passes(query, 'rfi_manager_id', rfi.managerId) &&
      passes(query, 'received_from_login_information_id', rfi.receivedFromId) &&
      passes(query, 'responsible_contractor_id', rfi.responsibleContractorId) &&
      passes(query, 'number', rfi.number) &&
      created(rfi.createdAt) &&
      updated(rfi.updatedAt) &&
      isFound(call, rfi),
  );
  return pageOf(call, inOrder(call, rows), (rfi) => listedRfi(call, rfi), usualPages);
}

/** The recycle bin, for RFIs admins only [sup]. */
function bin(call: Call): Answer {
  needProjectLevel(call, 'rfis', 'Admin');
  const updated = rangeFilter(call.query, 'updated_at');
  const rows = visibleRfis(call).rfis.filter((rfi) => rfi.recycledAt !== null && updated(rfi.updatedAt));
  return pageOf(call, inOrder(call, rows), (rfi) => listedRfi(call, rfi), usualPages);
}

const rfis = '/rest/v1.0/projects/{project_id}/rfis';

export const rfiListRoutes: readonly Route[] = [
  { method: 'GET', path: rfis, answer: list },
  { method: 'GET', path: `${rfis}/recycle_bin`, answer: bin },
];
