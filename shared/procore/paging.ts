import { Fault } from '../domain/faults.ts';
import type { ProcoreRequest } from './contract.ts';

/** A page as the client's single call returns it. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly total: number | null;
  /** `Link` names a next page; null when there is no `Link`. */
  readonly more: boolean | null;
  readonly perPage: number | null;
}

export type FetchPage = <T>(request: ProcoreRequest<T[]>) => Promise<ListPage<T>>;

const maxPages = 10_000;
const maxPasses = 4;

/**
 * All rows of a list, each id once. Lists change while they are read: if a pass saw fewer rows than the highest `Total` it was
 * given, the list is read again for the missed ones. A list that keeps changing throws `vendor-unavailable`; it is never taken
 * for complete. Only page numbers are used; the URLs in `Link` are never followed.
 */
export async function* allPages<T>(request: ProcoreRequest<T[]>, fetchPage: FetchPage): AsyncGenerator<readonly T[]> {
  const given = new Set<string>();
  for (let passes = 0; passes < maxPasses; passes += 1) {
    const pass: Pass = { ids: new Set(), withoutId: 0, total: null };
    for await (const rows of walk(request, fetchPage, pass)) {
      const fresh = rows.filter((row) => isNew(row, given, passes === 0));
      if (fresh.length > 0) yield fresh;
    }
    if (pass.total === null || pass.ids.size + pass.withoutId >= pass.total) return;
  }
  throw new Fault('vendor-unavailable', { seen: `${request.operationId}: the list kept changing while it was read.` });
}

/** What one pass over the pages saw; `total` is the highest it was given. */
interface Pass {
  readonly ids: Set<string>;
  withoutId: number;
  total: number | null;
}

async function* walk<T>(request: ProcoreRequest<T[]>, fetchPage: FetchPage, pass: Pass): AsyncGenerator<readonly T[]> {
  let read = 0;
  for (let number = 1; number <= maxPages; number += 1) {
    const page = await fetchPage({ ...request, query: { ...request.query, page: number } });
    const idsBefore = pass.ids.size;
    for (const row of page.rows) note(row, pass);
    if (page.total !== null) pass.total = Math.max(pass.total ?? 0, page.total);
    yield page.rows;
    read += page.rows.length;
    if (page.rows.length === 0 || !hasNext(page, read, pass.ids.size > idsBefore)) return;
  }
}

function note(row: unknown, pass: Pass): void {
  const id = idOf(row);
  if (id === null) pass.withoutId += 1;
  else pass.ids.add(id);
}

/** `Link` decides, then `Total`, then whether the page was full; a list that ignores paging repeats itself and ends there. */
function hasNext(page: ListPage<unknown>, read: number, broughtNew: boolean): boolean {
  if (page.more !== null) return page.more;
  if (page.total !== null) return read < page.total;
  return page.perPage !== null && page.rows.length >= page.perPage && broughtNew;
}

/** Rows without an id cannot be told apart; only those of the first pass are returned. */
function isNew(row: unknown, given: Set<string>, firstPass: boolean): boolean {
  const id = idOf(row);
  if (id === null) return firstPass;
  if (given.has(id)) return false;
  given.add(id);
  return true;
}

function idOf(row: unknown): string | null {
  const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : row;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

/** Reads `Link`, `Total` and `Per-Page` of one response. */
export function pageFacts(headers: Readonly<Record<string, string>>, asked: unknown): Omit<ListPage<never>, 'rows'> {
  const link = headers['link'];
  return {
    total: count(headers['total']),
    perPage: count(headers['per-page']) ?? (typeof asked === 'number' ? asked : null),
    more: link === undefined ? null : /;\s*rel="?next"?/i.test(link),
  };
}

const count = (text: string | undefined): number | null => (text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null);
