import type { Project } from '../../kernel/model.ts';
import { type Call, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { passes } from '../filters.ts';
import { manHours } from '../hours.ts';
import { pageOf, usualPages } from '../paging.ts';
import type { Answer, Route } from '../routing.ts';
import { datesAsked } from './dates.ts';
import { contactOptions, type ManpowerOption, vendorOptions } from './manpower-options.ts';

const optionsOf =
  (options: (world: Call['world'], project: Project) => ManpowerOption[]) =>
  (call: Call): Answer => {
    const project = needProjectLevel(call, 'daily_log', 'Standard');
    return pageOf(call, options(call.world, project), ({ id, name }) => ({ id: exactId(id), name }), usualPages);
  };

/** Sums over a range, of one author if asked; approved entries only [inf]. */
function dailyTotals(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  const asked = datesAsked(call, project);
  const decimals = call.world.switches.get('hoursDecimals');
  const rows = call.world.manpowerLogs.filter(
    (log) =>
      log.projectId === project.id &&
      log.status === 'approved' &&
      asked(log.date) &&
      passes(call.query, 'created_by_id', log.createdBy),
  );
  const hours = rows.reduce((sum, log) => sum + Number(manHours(log.numWorkers, log.numHours, decimals) ?? 0), 0);
  return {
    status: 200,
    body: {
      total_workers: rows.reduce((sum, log) => sum + (log.numWorkers ?? 0), 0),
      total_man_hours: Number(hours.toFixed(decimals)),
    },
  };
}

const logs = '/rest/v1.0/projects/{project_id}/manpower_logs';

/** What only the manpower log has: options for its contacts, and sums. */
export const manpowerRoutes: readonly Route[] = [
  { method: 'GET', path: `${logs}/contact_options`, answer: optionsOf(contactOptions) },
  { method: 'GET', path: `${logs}/vendor_options`, answer: optionsOf(vendorOptions) },
  { method: 'GET', path: `${logs}/daily_totals`, answer: dailyTotals },
];
