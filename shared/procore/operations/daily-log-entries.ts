import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { dayOrNull, id, idOrNull, namedOrNull } from '../fields.ts';
import { list, numericId, orAbsent, read, rest, write } from '../requests.ts';
import type { DayRange } from './manpower-logs.ts';

/** Kinds of daily log whose operations differ only in their fields; the manpower log has contacts, and a file of its own. */
const kinds = {
  visitor: { path: 'visitor_logs', title: 'VisitorLogs' },
  accident: { path: 'accident_logs', title: 'AccidentLogs' },
  safety_violation: { path: 'safety_violation_logs', title: 'SafetyViolationLogs' },
  notes: { path: 'notes_logs', title: 'NotesLogs' },
} as const;

export type EntryKind = keyof typeof kinds;

/** Values of an entry by Procore's field names; a vendor id is a string of digits. */
export type EntryFields = Readonly<Record<string, string | number | boolean | null>>;

export interface DailyLogEntry {
  readonly id: string;
  /** Local day of the project; null if Procore could not read the one it was sent. */
  readonly date: string | null;
  readonly createdById: string | null;
  readonly vendorId: string | null;
  /** All other plain values of the response. */
  readonly fields: EntryFields;
}

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const entry = z
  .looseObject({
    id,
    date: dayOrNull,
    vendor: namedOrNull,
    created_by: z.object({ id: idOrNull }).nullish(),
  })
  .transform(
    ({ id: entryId, date, vendor, created_by, ...rest }): DailyLogEntry => ({
      id: entryId,
      date,
      vendorId: vendor?.id ?? null,
      createdById: created_by?.id ?? null,
      fields: Object.fromEntries(
        Object.entries(rest).flatMap(([name, value]) => {
          const parsed = plain.safeParse(value);
          return parsed.success ? [[name, parsed.data] as const] : [];
        }),
      ),
    }),
  );

const pathOf = (projectId: string, kind: EntryKind): string => `${rest`v1.0/projects/${projectId}`}/${kinds[kind].path}`;

const entryPath = (projectId: string, kind: EntryKind, entryId: string): string =>
  `${pathOf(projectId, kind)}/${numericId(entryId).value}`;

/** Entries of all authors and statuses in a range, page by page. Without a range Procore lists today only. */
export function listEntries(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  kind: EntryKind,
  range: DayRange,
): AsyncIterable<readonly DailyLogEntry[]> {
  const query = { start_date: range.from, end_date: range.to, 'filters[status]': 'all' };
  return client.pages(list(`list${kinds[kind].title}`, pathOf(projectId, kind), entry, query));
}

/** One entry, whatever its day; undefined if it does not exist (any more). */
export async function findEntry(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  kind: EntryKind,
  entryId: string,
): Promise<DailyLogEntry | undefined> {
  const path = entryPath(projectId, kind, entryId);
  return (await orAbsent(client.call(read(`find${kinds[kind].title}`, path, entry))))?.value;
}

/** Creates a new entry on every call: Procore has no idempotency here. */
export async function createEntry(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  kind: EntryKind,
  fields: EntryFields,
  mayStillSend?: () => boolean,
): Promise<DailyLogEntry> {
  const request = write(`create${kinds[kind].title}`, 'POST', pathOf(projectId, kind), entry, bodyOf(kind, fields));
  return (await client.call({ ...request, mayStillSend })).value;
}

/** Sets the given fields to absolute values; others are unchanged. */
export async function updateEntry(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  kind: EntryKind,
  entryId: string,
  fields: EntryFields,
  mayStillSend?: () => boolean,
): Promise<DailyLogEntry> {
  const path = entryPath(projectId, kind, entryId);
  const request = write(`update${kinds[kind].title}`, 'PATCH', path, entry, bodyOf(kind, fields));
  return (await client.call({ ...request, mayStillSend })).value;
}

function bodyOf(kind: EntryKind, { vendor_id, ...fields }: EntryFields) {
  const vendor = vendor_id === undefined ? {} : { vendor_id: typeof vendor_id === 'string' ? numericId(vendor_id) : null };
  return { [`${kind}_log`]: { ...fields, ...vendor } };
}
