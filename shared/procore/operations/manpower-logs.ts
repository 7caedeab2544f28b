import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { countOrNull, dayOrNull, id, idOrNull, namedOrNull, textOrNull } from '../fields.ts';
import { list, numericId, orAbsent, read, rest, write } from '../requests.ts';

const manpowerLog = z
  .object({
    id,
    date: dayOrNull,
    num_workers: countOrNull,
    num_hours: textOrNull,
    man_hours: textOrNull,
    notes: textOrNull,
    status: textOrNull,
    vendor: namedOrNull,
    contact: namedOrNull,
    user: z.object({ id }).nullish(),
    created_by: z.object({ id: idOrNull }).nullish(),
    created_at: textOrNull,
    updated_at: textOrNull,
  })
  .transform((row) => ({
    id: row.id,
    date: row.date,
    numWorkers: row.num_workers,
    numHours: row.num_hours,
    manHours: row.man_hours,
    notes: row.notes,
    status: row.status,
    vendor: row.vendor,
    contact: row.contact,
    userId: row.user?.id ?? null,
    createdById: row.created_by?.id ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));

/**
 * One entry of a manpower log. `numHours` is per worker, `manHours` is Procore's product of workers and hours; both are decimal
 * strings. `date` is null if Procore could not read the one it was sent.
 */
export type ManpowerLog = z.output<typeof manpowerLog>;

/** Local days of the project, both included, `YYYY-MM-DD`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export interface NewManpowerLog {
  /** Local day of the project, `YYYY-MM-DD`. */
  readonly date: string;
  readonly contactId: string;
  readonly numWorkers: number;
  /** Hours per worker, a decimal string. */
  readonly numHours: string;
  readonly notes?: string;
}

/** Entries of all authors and statuses in a range, page by page. Without a range Procore lists today only. */
export function listManpowerLogs(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  range: DayRange,
): AsyncIterable<readonly ManpowerLog[]> {
  const query = { start_date: range.from, end_date: range.to, 'filters[status]': 'all' };
  return client.pages(list('listManpowerLogs', rest`v1.0/projects/${projectId}/manpower_logs`, manpowerLog, query));
}

/** One entry, whatever its day; undefined if it does not exist (any more). */
export async function findManpowerLog(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  logId: string,
): Promise<ManpowerLog | undefined> {
  const path = rest`v1.0/projects/${projectId}/manpower_logs/${logId}`;
  return (await orAbsent(client.call(read('findManpowerLog', path, manpowerLog))))?.value;
}

const totals = z
  .object({ total_workers: countOrNull, total_man_hours: textOrNull })
  .transform((row) => ({ workers: row.total_workers ?? 0, manHours: row.total_man_hours ?? '0' }));

/**
 * Workers and man hours of all entries in a range by one of these authors. Approved entries only [inferred: the lists return
 * only those unless others are requested].
 */
export async function readManpowerTotals(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  { from, to }: DayRange,
  authorIds: readonly string[],
): Promise<z.output<typeof totals>> {
  const query = { start_date: from, end_date: to, 'filters[created_by_id]': authorIds };
  const path = rest`v1.0/projects/${projectId}/manpower_logs/daily_totals`;
  return (await client.call(read('readManpowerTotals', path, totals, query))).value;
}

/** Creates a new entry on every call: Procore has no idempotency here. */
export async function createManpowerLog(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  entry: NewManpowerLog,
  mayStillSend?: () => boolean,
): Promise<ManpowerLog> {
  const body = {
    manpower_log: {
      date: entry.date,
      contact_id: numericId(entry.contactId),
      num_workers: entry.numWorkers,
      num_hours: entry.numHours,
      ...(entry.notes !== undefined && { notes: entry.notes }),
    },
  };
  const path = rest`v1.0/projects/${projectId}/manpower_logs`;
  return (await client.call({ ...write('createManpowerLog', 'POST', path, manpowerLog, body), mayStillSend })).value;
}

/** Sets the given fields to absolute values; others are unchanged. */
export async function updateManpowerLog(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  logId: string,
  fields: Partial<NewManpowerLog>,
  mayStillSend?: () => boolean,
): Promise<ManpowerLog> {
  const body = {
    manpower_log: {
      ...(fields.date !== undefined && { date: fields.date }),
      ...(fields.contactId !== undefined && { contact_id: numericId(fields.contactId) }),
      ...(fields.numWorkers !== undefined && { num_workers: fields.numWorkers }),
      ...(fields.numHours !== undefined && { num_hours: fields.numHours }),
      ...(fields.notes !== undefined && { notes: fields.notes }),
    },
  };
  const path = rest`v1.0/projects/${projectId}/manpower_logs/${logId}`;
  return (await client.call({ ...write('updateManpowerLog', 'PATCH', path, manpowerLog, body), mayStillSend })).value;
}
