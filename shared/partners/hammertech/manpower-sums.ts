import type { RecordFields } from '../../domain/deliveries.ts';
import { localDateOf, windowStart } from '../../domain/local-dates.ts';
import { manHours } from '../../domain/man-hours.ts';
import { readManpowerTotals } from '../../procore/operations/manpower-logs.ts';
import type { ProjectContext, Reconciling } from '../stream.ts';
import { searchKeyOf } from './mapping.ts';

/** Compares workers and hundredths of man hours over the window, for all identities we ever wrote as, in one call. */
export function manpowerSums({ procore, project, authors, windowDays, nowMs }: ProjectContext): Reconciling {
  const window = { from: windowStart(nowMs, project.timeZone, windowDays), to: localDateOf(nowMs, project.timeZone) };
  return {
    reach: [window.from, window.to].map((date) => searchKeyOf(date, '')),
    covers: ({ date }) => typeof date === 'string' && window.from <= date && date <= window.to,
    leftOut: 'entries that are not approved',
    async difference(standing) {
      const there = await readManpowerTotals(procore, project.procoreProjectId, window, authors);
      let [workers, hundredths] = [there.workers, inHundredths(there.manHours)];
      for (const { written } of standing) {
        workers -= Number(written['workers'] ?? 0);
        hundredths -= inHundredths(manHoursOf(written));
      }
      return { workers, manHourHundredths: hundredths };
    },
  };
}

const manHoursOf = ({ manHours: total, workers, hours }: RecordFields): string =>
  total === undefined || total === null ? manHours(Number(workers ?? 0), String(hours ?? '0')) : String(total);

const inHundredths = (hours: string): number => Math.round(Number(hours) * 100);
