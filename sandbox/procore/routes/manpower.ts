import type { Project } from '../../kernel/model.ts';
import type { ManpowerLog } from '../../kernel/model-daily-log.ts';
import { isCompleted } from '../acts/day-headers.ts';
import { createManpower, deleteManpower, type ManpowerFields, updateManpower } from '../acts/manpower.ts';
import { contactOptions, type ManpowerOption, vendorOptions } from '../acts/manpower-options.ts';
import { bodyOf, type Call, hasProjectLevel, idParam, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { filterValue, found, passes } from '../filters.ts';
import { givenId, givenText, givenTextOrNull, givenWholeNumber } from '../given.ts';
import { manHours } from '../hours.ts';
import { pageOf, sorted, usualPages } from '../paging.ts';
import { badRequest, forbidden, notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { shownManpower } from '../views/manpower.ts';
import { datesAsked } from './daily-log-dates.ts';

/** Admin sees all; others see what is approved and what they wrote themselves [sup]. */
function maySee(call: Call, log: ManpowerLog, isAdmin: boolean): boolean {
  return isAdmin || log.status === 'approved' || log.createdBy === call.person.id;
}

const isAdminOf = (call: Call, project: Project): boolean => hasProjectLevel(call, project, 'daily_log', 'Admin');

/** Of today only, approved only, unless asked otherwise [doc]. No filter by time of change exists. */
function list(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  const { world, query } = call;
  const asked = datesAsked(call, project);
  const status = filterValue(query, 'status') ?? 'approved';
  const isAdmin = isAdminOf(call, project);
  const rows = world.manpowerLogs.filter(
    (log) =>
      log.projectId === project.id &&
      asked(log.date) &&
      (status === 'all' || log.status === status) &&
      maySee(call, log, isAdmin) &&
      passes(query, 'created_by_id', log.createdBy) &&
      passes(query, 'vendor_id', log.vendorId) &&
      passes(query, 'location_id', log.locationId) &&
      found(query, [log.notes]),
  );
  return pageOf(
    call,
    sorted(call, rows, () => ({})),
    (log) => print(call, project, log),
    usualPages,
  );
}

function print(call: Call, project: Project, log: ManpowerLog) {
  const may = mayChange(call, project, log) && !closedFor(call, project, log);
  return shownManpower(call.world, log, { can_update: may, can_delete: may });
}

/** Standard changes own entries, Admin anybody's [sup]. */
function mayChange(call: Call, project: Project, log: ManpowerLog): boolean {
  if (isAdminOf(call, project)) return true;
  return log.createdBy === call.person.id && hasProjectLevel(call, project, 'daily_log', 'Standard');
}

function closedFor(call: Call, project: Project, log: ManpowerLog): boolean {
  const rule = call.world.switches.get('completedDay');
  if (rule === 'allow' || !isCompleted(call.world, project.id, log.date)) return false;
  return rule === '422' || !isAdminOf(call, project);
}

function logOfPath(call: Call, project: Project): ManpowerLog {
  const log = call.world.manpowerLogs.get(idParam(call, 'id'));
  if (log?.projectId !== project.id || !maySee(call, log, isAdminOf(call, project))) throw notFound();
  return log;
}

function show(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  return { status: 200, body: print(call, project, logOfPath(call, project)) };
}

/** Not idempotent: the same body twice makes two entries. */
function create(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Standard');
  return { status: 201, body: print(call, project, createManpower(call.world, call.actor, project, readFields(call))) };
}

function changeable(call: Call): { project: Project; log: ManpowerLog } {
  const project = needProjectLevel(call, 'daily_log', 'Standard');
  const log = logOfPath(call, project);
  if (!mayChange(call, project, log)) throw forbidden();
  return { project, log };
}

function update(call: Call): Answer {
  const { project, log } = changeable(call);
  return { status: 200, body: print(call, project, updateManpower(call.world, call.actor, project, log, readFields(call))) };
}

/** 200; the body of the answer is not documented [unk]: an empty object. */
function remove(call: Call): Answer {
  const { project, log } = changeable(call);
  deleteManpower(call.world, call.actor, project, log);
  return { status: 200, body: {} };
}

function readFields(call: Call): ManpowerFields {
  const body = bodyOf(call, 'manpower_log');
  const status = givenText(body, 'status');
  if (status !== undefined && status !== 'pending' && status !== 'approved') throw badRequest('status is invalid');
  return {
    date: givenTextOrNull(body, 'date'),
    datetime: givenTextOrNull(body, 'datetime'),
    numWorkers: givenWholeNumber(body, 'num_workers'),
    numHours: givenTextOrNull(body, 'num_hours'),
    contactId: givenId(body, 'contact_id'),
    userId: givenId(body, 'user_id'),
    costCodeId: givenId(body, 'cost_code_id'),
    locationId: givenId(body, 'location_id'),
    tradeId: givenId(body, 'trade_id'),
    notes: givenTextOrNull(body, 'notes'),
    status,
  };
}

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

export const manpowerRoutes: readonly Route[] = [
  { method: 'GET', path: logs, answer: list },
  { method: 'POST', path: logs, answer: create },
  { method: 'GET', path: `${logs}/contact_options`, answer: optionsOf(contactOptions) },
  { method: 'GET', path: `${logs}/vendor_options`, answer: optionsOf(vendorOptions) },
  { method: 'GET', path: `${logs}/daily_totals`, answer: dailyTotals },
  { method: 'GET', path: `${logs}/{id}`, answer: show },
  { method: 'PATCH', path: `${logs}/{id}`, answer: update },
  { method: 'DELETE', path: `${logs}/{id}`, answer: remove },
];
