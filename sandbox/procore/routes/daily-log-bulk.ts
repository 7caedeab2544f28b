import { isFields } from '../../kernel/request.ts';
import { updateManpower } from '../acts/manpower.ts';
import { type Call, hasProjectLevel, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { filterValue, passes } from '../filters.ts';
import { neededId } from '../given.ts';
import { pageOf, usualPages } from '../paging.ts';
import { badRequest, Refusal } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { datesAsked } from './daily-log-dates.ts';

/** More logs in one call are refused [oas]. */
const maxLogs = 300;

/** Approves or withdraws entries; Daily Log Admin. 200 even when single entries failed [oas]. Only manpower is known here so far. */
function bulkUpdate(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Admin');
  const updates = call.body['updates'];
  if (!isFields(updates)) throw badRequest('updates is missing');
  const given = Array.isArray(updates['manpower_log']) ? updates['manpower_log'].filter(isFields) : [];
  if (given.length > maxLogs) throw badRequest(`no more than ${maxLogs} logs can be updated at once`);
  const results = given.map((item) => {
    const id = neededId(item, 'id');
    const status = item['status'];
    const log = call.world.manpowerLogs.get(id);
    const outcome = { id: exactId(id), status };
    if (log?.projectId !== project.id) return { ...outcome, success: false, error: 'Not found' };
    if (status !== 'pending' && status !== 'approved') return { ...outcome, success: false, error: 'status is invalid' };
    try {
      updateManpower(call.world, call.actor, project, log, { status });
      return { ...outcome, success: true, error: null };
    } catch (refusal) {
      if (refusal instanceof Refusal) return { ...outcome, success: false, error: refusal.message };
      throw refusal;
    }
  });
  return { status: 200, body: [{ manpower_log: results }] };
}

/** Counts by type of log, with the dates and visibility of the lists. */
function counts(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  const asked = datesAsked(call, project);
  const isAdmin = hasProjectLevel(call, project, 'daily_log', 'Admin');
  const status = isAdmin ? (filterValue(call.query, 'status') ?? 'approved') : 'approved';
  const count = call.world.manpowerLogs.filter(
    (log) =>
      log.projectId === project.id &&
      asked(log.date) &&
      (status === 'all' || log.status === status) &&
      passes(call.query, 'created_by_id', log.createdBy),
  ).length;
  return pageOf(call, [{ module_name: 'manpower_logs', count, position: 1 }], (row) => row, usualPages);
}

const dailyLogs = '/projects/{project_id}/daily_logs';

export const dailyLogBulkRoutes: readonly Route[] = [
  { method: 'PATCH', path: `/rest/v1.0${dailyLogs}/bulk_updates/bulk_update`, answer: bulkUpdate },
  { method: 'GET', path: `/rest/v1.0${dailyLogs}/count`, answer: counts },
  { method: 'GET', path: `/rest/v1.1${dailyLogs}/counts`, answer: counts },
];
