import { z } from 'zod';
import { invalidFields, type Refused } from './refusals.ts';

/** Default and maximum page size; assumed. */
const defaultLimit = 50;
export const maxLimit = 100;

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(maxLimit).default(defaultLimit),
  updatedSince: z.iso.datetime({ offset: true }).optional(),
  cursor: z.string().optional(),
  /** Comma-separated names of fields; others are left out. */
  fields: z.string().optional(),
});

const cursorSchema = z.object({ modified: z.string(), id: z.string(), filter: z.string() });

/** What a list may hold. */
export interface Listed {
  id: string;
  modified: string;
}

export interface Page {
  items: readonly object[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * One page in the order of change, then of id; the cursor names the record after which the next page begins. A record that
 * changes meanwhile moves to the end: it may appear twice, and is missed if it changed within the very second of the cursor.
 * `updatedSince` is inclusive. A cursor belongs to its list and its filter, whichever `fields` are requested; a name that no
 * record has is ignored.
 */
export function pageOf(records: readonly Listed[], query: unknown, list: string): Page | Refused {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) return invalidFields(parsed.error);
  const { limit, updatedSince, cursor, fields } = parsed.data;
  const filter = `${list} ${updatedSince ?? ''}`;
  const after = cursor === undefined ? undefined : readCursor(cursor, filter);
  if (after === null) return { status: 400, code: 'invalid-cursor', message: 'cursor: is not one of this list' };
  const sinceMs = updatedSince === undefined ? Number.NEGATIVE_INFINITY : Date.parse(updatedSince);
  const rest = records
    .filter((record) => Date.parse(record.modified) >= sinceMs && (after === undefined || order(record, after) > 0))
    .sort(order);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rest.length > items.length && last !== undefined;
  const shown = fields === undefined ? items : items.map((record) => only(record, fields.split(',')));
  return { items: shown, nextCursor: hasMore ? writeCursor({ modified: last.modified, id: last.id, filter }) : null };
}

const only = (record: Listed, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

function order(left: Listed, right: Listed): number {
  return compare(left.modified, right.modified) || compare(left.id, right.id);
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const writeCursor = (position: z.output<typeof cursorSchema>): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

function readCursor(cursor: string, filter: string): Listed | null {
  try {
    const position = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return position.filter === filter ? position : null;
  } catch {
    return null;
  }
}
