import type { z } from 'zod';
import { Fault } from '../../domain/faults.ts';
import type { Query } from '../../http/far-side-url.ts';
import { type Calls, parsed } from './calls.ts';
import { pageOf } from './schema.ts';

interface Row {
  readonly id: string;
  readonly modified: string | null;
}

const limit = 100;
const maxPages = 20_000;

/**
 * Pages of a list in the order of change. What changes while it is read comes again, newer; the very same again is left out. A change
 * in the second at which a page ends may be missed, so who reads on from a moment reads some seconds before it too.
 */
export async function* listed<T extends Row>(
  calls: Calls,
  what: string,
  path: string,
  row: z.ZodType<T>,
  filter: Query = {},
): AsyncGenerator<readonly T[]> {
  const schema = pageOf(row);
  const seen = new Map<string, string | null>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await calls.get(what, { path, query: { ...filter, limit, cursor } });
    const { items, nextCursor } = parsed(what, answer, schema, 'read');
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
