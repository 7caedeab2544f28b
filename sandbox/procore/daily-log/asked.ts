import type { Project } from '../../kernel/model.ts';
import type { DailyLogEntry } from '../../kernel/model-daily-log.ts';
import type { Call } from '../call.ts';
import { filterValue, passes } from '../filters.ts';
import { datesAsked } from './dates.ts';

/** The status that a caller asks for who may choose one; approved entries unless they do. */
export const statusAsked = ({ query }: Call): string => filterValue(query, 'status') ?? 'approved';

/** Which entries of a project a list or a count asks for: by day, author and segment, of one status or of `all`. */
export function entriesAsked(call: Call, project: Project, status: string) {
  const { query } = call;
  const asked = datesAsked(call, project);
  return (entry: DailyLogEntry): boolean =>
    entry.projectId === project.id &&
    asked(entry.date) &&
    (status === 'all' || entry.status === status) &&
    passes(query, 'created_by_id', entry.createdBy) &&
    passes(query, 'daily_log_segment_id', entry.segmentId);
}
