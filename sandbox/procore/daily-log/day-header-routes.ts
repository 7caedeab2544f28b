import type { Project } from '../../kernel/model.ts';
import type { DayHeader } from '../../kernel/model-daily-log.ts';
import { bodyOf, type Call, needProjectLevel } from '../call.ts';
import { exactId } from '../exact.ts';
import { givenFlag } from '../given.ts';
import { pageOf, usualPages } from '../paging.ts';
import { notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { loginReference } from '../views/projects.ts';
import { dayParameter, todayOf } from './dates.ts';
import { dayHeader, setDayState } from './day-headers.ts';
import { isAdminOf } from './sight.ts';

/** The header by `id` or `log_date`, else today's; made on first sight [inf]. */
function headerAsked(call: Call, project: Project): DayHeader {
  const id = call.query.get('id');
  if (id === null) return dayHeader(call.world, project, dayParameter(call.query, 'log_date') ?? todayOf(call.world, project));
  const header = call.world.dayHeaders.find((row) => row.projectId === project.id && row.id === id);
  if (!header) throw notFound();
  return header;
}

function print(call: Call, project: Project, header: DayHeader) {
  const mayComplete = isAdminOf(call, project);
  return {
    id: exactId(header.id),
    log_date: header.date,
    log_datetime: `${header.date}T00:00:00Z`,
    completed: header.completed,
    completed_by: loginReference(call.world, header.completedBy),
    completed_at: header.completedAt,
    completable: mayComplete,
    distributed: header.distributed,
    distributed_by: loginReference(call.world, header.distributedBy),
    distributed_at: header.distributedAt,
    distributable: mayComplete,
  };
}

function show(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  return { status: 200, body: print(call, project, headerAsked(call, project)) };
}

/** Needs Daily Log Admin. */
function update(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Admin');
  const body = bodyOf(call, 'daily_log_header');
  const { date } = headerAsked(call, project);
  const state = { completed: givenFlag(body, 'completed'), distributed: givenFlag(body, 'distributed') };
  return { status: 200, body: print(call, project, setDayState(call.world, call.actor, project, date, state)) };
}

/** Headers that exist, of a range or all, by date. */
function index(call: Call): Answer {
  const project = needProjectLevel(call, 'daily_log', 'Read Only');
  const start = dayParameter(call.query, 'start_date');
  const end = dayParameter(call.query, 'end_date');
  const rows = call.world.dayHeaders
    .filter(
      ({ projectId, date }) => projectId === project.id && (start === null || date >= start) && (end === null || date <= end),
    )
    .sort((a, b) => a.date.localeCompare(b.date));
  return pageOf(call, rows, (header) => print(call, project, header), usualPages);
}

const headers = '/rest/v1.0/projects/{project_id}/daily_log_headers';

export const dayHeaderRoutes: readonly Route[] = [
  { method: 'GET', path: headers, answer: show },
  { method: 'PATCH', path: headers, answer: update },
  { method: 'GET', path: `${headers}/index`, answer: index },
];
