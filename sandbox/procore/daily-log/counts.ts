import { type Call, needProjectLevel } from '../call.ts';
import { pageOf, usualPages } from '../paging.ts';
import type { Answer, Route } from '../routing.ts';
import { entriesAsked, statusAsked } from './asked.ts';
import { dailyLogKinds } from './kinds.ts';
import { isAdminOf } from './sight.ts';

/**
 * How many entries of each kind, with the dates of the lists; kinds without any are there with 0 [inf]. Only an Admin chooses
 * the status, all others count what is approved [oas].
 */
function counts(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  const isAsked = entriesAsked(call, project, isAdminOf(call, project) ? statusAsked(call) : 'approved');
  const rows = dailyLogKinds.map((kind, index) => ({
    module_name: kind.resource,
    count: kind.tableOf(call.world).filter(isAsked).length,
    position: index + 1,
  }));
  return pageOf(call, rows, (row) => row, usualPages);
}

const dailyLogs = '/projects/{project_id}/daily_logs';

export const countRoutes: readonly Route[] = [
  { method: 'GET', path: `/rest/v1.0${dailyLogs}/count`, answer: counts },
  { method: 'GET', path: `/rest/v1.1${dailyLogs}/counts`, answer: counts },
];
