import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { day, flagOrNull, idOrNull, textOrNull } from '../fields.ts';
import { collect, list, rest } from '../requests.ts';
import type { DayRange } from './manpower-logs.ts';

const header = z
  .object({ id: idOrNull, log_date: day, completed: flagOrNull, completed_at: textOrNull })
  .transform((row) => ({ id: row.id, date: row.log_date, completed: row.completed ?? false, completedAt: row.completed_at }));

export type DailyLogHeader = z.output<typeof header>;

/** State of the days in a range; an untouched day may be absent. */
export function listDailyLogHeaders(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  range: DayRange,
): Promise<readonly DailyLogHeader[]> {
  const path = rest`v1.0/projects/${projectId}/daily_log_headers/index`;
  return collect(client.pages(list('listDailyLogHeaders', path, header, { start_date: range.from, end_date: range.to })));
}
