import type { Day, Project } from '../../kernel/model.ts';
import { readDay, todayOf } from '../acts/manpower.ts';
import type { Call } from '../call.ts';
import { badRequest } from '../refusal.ts';

/**
 * The days a daily-log list asks for: `log_date`, or `start_date` with `end_date`, or without any of them today in the
 * project's zone [doc]. A malformed date or half a range is refused [unk].
 */
export function datesAsked({ query, world }: Call, project: Project): (date: Day | null) => boolean {
  const day = dayParameter(query, 'log_date');
  if (day !== null) return (date) => date === day;
  const start = dayParameter(query, 'start_date');
  const end = dayParameter(query, 'end_date');
  if (start !== null && end !== null) return (date) => date !== null && date >= start && date <= end;
  if (start !== null || end !== null) throw badRequest('start_date and end_date must be given together');
  const today = todayOf(world, project);
  return (date) => date === today;
}

export function dayParameter(query: URLSearchParams, name: string): Day | null {
  const text = query.get(name);
  if (text === null) return null;
  const day = readDay(text);
  if (day === null) throw badRequest(`${name} is not a date`);
  return day;
}
