import type { Project } from '../../kernel/model.ts';
import type { DayHeader } from '../../kernel/model-daily-log.ts';
import { dayHeader, setDayState } from '../acts/day-headers.ts';
import { todayOf } from '../acts/manpower.ts';
import { bodyOf, type Call, hasProjectLevel, needProjectLevel } from '../call.ts';
import { givenFlag } from '../given.ts';
import { pageOf, usualPages } from '../paging.ts';
import { notFound } from '../refusal.ts';
import type { Answer, Route } from '../routing.ts';
import { shownDayHeader } from '../views/manpower.ts';
import { dayParameter } from './daily-log-dates.ts';

/** The header by `id` or `log_date`, else today's; made on first sight [inf]. */
function headerAsked(call: Call, project: Project): DayHeader {
  const id = call.query.get('id');
  if (id === null) return dayHeader(call.world, project, dayParameter(call.query, 'log_date') ?? todayOf(call.world, project));
  const header = call.world.dayHeaders.find((row) => row.projectId === project.id && row.id === id);
  if (!header) throw notFound();
  return header;
}

function print(call: Call, project: Project, header: DayHeader) {
  return shownDayHeader(call.world, header, hasProjectLevel(call, project, 'daily_log', 'Admin'));
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

export const dailyLogHeaderRoutes: readonly Route[] = [
  { method: 'GET', path: headers, answer: show },
  { method: 'PATCH', path: headers, answer: update },
  { method: 'GET', path: `${headers}/index`, answer: index },
];
