import { z } from 'zod';
import { uuid } from '../shared/domain/ids.ts';
import { invalid } from './problem.ts';

/** Cursors are opaque to clients: the sort key of the last item they saw. */
export const cursorOf = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** A row's time in microseconds since 1970, as text, and its id. */
export const timePosition = z.tuple([z.string().regex(/^[0-9]{1,17}$/), uuid]);

/** Parses a cursor; throws `invalid` for the field `cursor` if it is made up. */
export function positionOf<Schema extends z.ZodType>(schema: Schema, cursor: string | undefined): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid('cursor', 'send the nextCursor of the page before, unchanged');
  }
}

/** Turns `limit + 1` rows into a page: the extra row only shows that there are more. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  positionAt: (row: Row) => unknown,
): { readonly items: readonly Item[]; readonly nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), nextCursor: rows.length > limit && last !== undefined ? cursorOf(positionAt(last)) : null };
}

const offset = z.int().min(0).max(1_000_000);

/** A page of a list that is held in memory; the cursor is the offset. */
export function pageOfWhole<Item>(
  items: readonly Item[],
  query: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly items: readonly Item[]; readonly nextCursor: string | null } {
  const from = positionOf(offset, query.cursor) ?? 0;
  return pageFrom(
    items.slice(from, from + query.limit + 1),
    query.limit,
    (item) => item,
    () => from + query.limit,
  );
}
