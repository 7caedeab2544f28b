import type { Project } from '../../kernel/model.ts';
import { entryStatuses } from '../../kernel/model-daily-log.ts';
import { isFields } from '../../kernel/request.ts';
import { type Call, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { neededId } from '../given.ts';
import { badRequest, Refusal } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { updateEntry } from './entries.ts';
import type { AnyKind } from './kind.ts';
import { dailyLogKinds } from './kinds.ts';

/** More logs in one call are refused [oas]. */
const maxLogs = 300;

/** Approves, rejects or withdraws entries of any kind; Daily Log Admin. 200 even when single entries failed [oas]. */
function bulkUpdate(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Admin');
  const updates = call.body['updates'];
  if (!isFields(updates)) throw badRequest('updates is missing');
  const given = dailyLogKinds.flatMap((kind) => {
    const items = updates[kind.singular];
    return Array.isArray(items) ? [{ kind, items: items.filter(isFields) }] : [];
  });
  if (given.reduce((sum, { items }) => sum + items.length, 0) > maxLogs)
    throw badRequest(`no more than ${maxLogs} logs can be updated at once`);
  const results = given.map(({ kind, items }) => ({ [kind.singular]: items.map((item) => decide(call, project, kind, item)) }));
  return { status: 200, body: results };
}

function decide(call: Call, project: Project, kind: AnyKind, item: Record<string, unknown>) {
  const id = neededId(item, 'id');
  const outcome = { id: exactId(id), status: item['status'] };
  const status = entryStatuses.find((known) => known === item['status']);
  const entry = kind.tableOf(call.world).get(id);
  if (entry?.projectId !== project.id) return { ...outcome, success: false, error: 'Not found' };
  if (status === undefined) return { ...outcome, success: false, error: 'status is invalid' };
  try {
    updateEntry(kind, call.world, call.actor, entry, { status });
    return { ...outcome, success: true, error: null };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { ...outcome, success: false, error: refusal.message };
    throw refusal;
  }
}

export const approvalRoutes: readonly Route[] = [
  {
    method: 'PATCH',
    path: '/rest/v1.0/projects/{project_id}/daily_logs/bulk_updates/bulk_update',
    answer: bulkUpdate,
  },
];
