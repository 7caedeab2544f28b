import type { z } from 'zod';
import { Fault } from '../../domain/faults.ts';
import type { Query } from '../../http/far-side-url.ts';
import { type Calls, parsed } from './calls.ts';
import { pageOf } from './schema.ts';
import { isTooLarge } from './too-large.ts';

interface Row {
  readonly id: string;
  readonly modified: string | null;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What is read of a record instead of all of it. */
export interface Outline<T> {
  /** Names of the record's fields; all are short. */
  readonly fields: readonly string[];
  readonly row: z.ZodType<T>;
}

const limit = 100;
const maxPages = 20_000;
/** The most attempts for a record that changes at every one of them. */
const mostLooks = 5;

/**
 * Pages of a list in order of change. A record that changes during the read is yielded again; unchanged repeats are dropped. A
 * change in the second at which a page ends may be missed, so a caller who resumes from a time must start some seconds earlier.
 * A page that exceeds the response limit is requested in smaller pages, down to single records; a record that is too large by
 * itself is replaced by its outline, and the list continues. Without an outline it ends the list with a fault.
 */
export async function* listed<T extends Row, O extends Row = never>(
  calls: Calls,
  what: string,
  path: string,
  row: z.ZodType<T>,
  filter: Query = {},
  outline?: Outline<O>,
): AsyncGenerator<readonly (T | O)[]> {
  const seen = new Map<string, string | null>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let size = limit;

  async function page<R>(each: z.ZodType<R>, query: Query): Promise<Page<R>> {
    return parsed(what, await calls.get(what, { path, query: { ...filter, ...query, cursor } }), pageOf(each), 'read');
  }

  async function nextPage(): Promise<Page<T | O>> {
    for (;;) {
      try {
        return await page(row, { limit: size });
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        if (size === 1) return outlined(error);
        size = Math.ceil(size / 5);
      }
    }
  }

  /**
   * The outline belongs to the record that was too large only if it is the same before and after that read: another record may
   * have taken its position.
   */
  async function outlined(error: unknown): Promise<Page<T | O>> {
    if (!outline) throw error;
    const look = () => page(outline.row, { limit: 1, fields: outline.fields.join(',') });
    let before = await look();
    for (let looks = 1; looks < mostLooks; looks += 1) {
      try {
        return await page(row, { limit: 1 });
      } catch (again) {
        if (!isTooLarge(again)) throw again;
      }
      const after = await look();
      if (isSame(before, after)) {
        size = limit;
        return after;
      }
      before = after;
    }
    throw error;
  }

  for (let pages = 0; pages < maxPages; pages += 1) {
    const { items, nextCursor } = await nextPage();
    const fresh = items.filter(({ id, modified }) => seen.get(id) !== modified || modified === null);
    for (const { id, modified } of fresh) seen.set(id, modified);
    if (fresh.length > 0) yield fresh;
    if (nextCursor === null) return;
    if (cursors.has(nextCursor)) break;
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
  throw new Fault('vendor-unavailable', { seen: `Part3’s list of ${what} does not end.` });
}

const isSame = ({ items: [left] }: Page<Row>, { items: [right] }: Page<Row>): boolean =>
  left !== undefined && left.id === right?.id && left.modified !== null && left.modified === right.modified;
