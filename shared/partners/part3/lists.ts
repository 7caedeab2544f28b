import type { z } from 'zod';
import { Fault, faultIn } from '../../domain/faults.ts';
import type { IncomingBytes } from '../../http/exchange.ts';
import type { Query } from '../../http/far-side-url.ts';
import { TransportFailure } from '../../http/transport-failure.ts';
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
 * in the second at which a page ends may be missed, so who reads on from a moment reads some seconds before it too. A page that is
 * larger than an answer may be is asked for in smaller ones, down to single records.
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
  let size = limit;
  async function nextPage(): Promise<IncomingBytes> {
    for (;;) {
      try {
        return await calls.get(what, { path, query: { ...filter, limit: size, cursor } });
      } catch (error) {
        if (!isTooLarge(error) || size === 1) throw error;
        size = Math.ceil(size / 5);
      }
    }
  }
  for (let page = 0; page < maxPages; page += 1) {
    const { items, nextCursor } = parsed(what, await nextPage(), schema, 'read');
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

function isTooLarge(error: unknown): boolean {
  const cause = faultIn(error)?.cause;
  return cause instanceof TransportFailure && cause.kind === 'too-large';
}
