import { dayIn, instantOf } from '../../kernel/clock.ts';
import type { Day, Instant, Project } from '../../kernel/model.ts';
import type { World } from '../../kernel/world.ts';
import type { Call } from '../call.ts';
import { badRequest } from '../refusal.ts';
import { ianaZone } from '../time-zones.ts';

/** Today in the project's own zone. */
export function todayOf(world: World, project: Project): Day {
  return dayIn(ianaZone(project.timeZone), world.clock.nowMs());
}

/** A day as it was sent; null for anything that is none, as Procore stores it [doc]. */
export function readDay(text: string | null): Day | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || instantOf(ms).slice(0, 10) !== text ? null : text;
}

/** An instant and the day it falls on in the project's zone; both null for anything that is no instant. */
export function readDatetime(project: Project, text: string | null): { date: Day | null; datetime: Instant | null } {
  const ms = text === null || !/^\d{4}-\d{2}-\d{2}T/.test(text) ? Number.NaN : Date.parse(text);
  if (Number.isNaN(ms)) return { date: null, datetime: null };
  return { date: dayIn(ianaZone(project.timeZone), ms), datetime: instantOf(ms) };
}

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
