import { localDateOf, windowStart } from '../../domain/local-dates.ts';
import { listDailyLogHeaders } from '../../procore/operations/daily-log-headers.ts';
import type { Cause, ProjectContext } from '../stream.ts';
import { once } from './once.ts';

/**
 * Which days are completed: those of the window in one call; a day that left the window since its record was parked, in a call
 * of its own.
 */
export function completedDays({ procore, project, nowMs, windowDays }: ProjectContext): (date: string) => Promise<boolean> {
  const window = { from: windowStart(nowMs, project.timeZone, windowDays), to: localDateOf(nowMs, project.timeZone) };
  const read = async (range: { readonly from: string; readonly to: string }) => {
    const headers = await listDailyLogHeaders(procore, project.procoreProjectId, range);
    return new Set(headers.filter((header) => header.completed).map((header) => header.date));
  };
  const ofWindow = once(() => read(window));
  return async (date) => {
    const isInside = window.from <= date && date <= window.to;
    return (isInside ? await ofWindow() : await read({ from: date, to: date })).has(date);
  };
}

export const dayCompleted = (date: string): Cause => ({
  reason: 'day-completed',
  subject: `day:${date}`,
  seen: `${date} is completed in Procore.`,
  needed: 'The day reopened by a person, or left as it is',
  where: `Procore: Project → Daily Log → ${date} → Reopen`,
});
