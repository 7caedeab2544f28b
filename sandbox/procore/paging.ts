import type { Call } from './call.ts';
import type { Answer } from './routing.ts';

export interface PageSizes {
  /** Rows a page without `per_page`. */
  byDefault: number;
  /** A larger `per_page` is clamped, not refused [3p]. */
  max: number;
}

/** Most v1 lists; the figures differ per endpoint and few are published [doc: at most 2000 advised; 100 seen]. */
export const usualPages: PageSizes = { byDefault: 100, max: 2000 };

/**
 * One page of a list. `Total`, `Per-Page`, and `Link` with Procore's documented quirks: page 1 has next and last; page 2 has
 * first, next and last but no prev; the last page has no next. A page past the end is an empty list. Links keep every filter
 * and stay on the origin of the request.
 */
export function pageOf<Row>(
  call: Call,
  rows: readonly Row[],
  print: (row: Row) => unknown,
  sizes: PageSizes = usualPages,
): Answer {
  const perPage = Math.min(positive(call.query.get('per_page')) ?? sizes.byDefault, sizes.max);
  const page = positive(call.query.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(rows.length / perPage));
  const slice = rows.slice((page - 1) * perPage, page * perPage);
  const links: [string, number][] = [];
  if (page > 1) links.push(['first', 1]);
  if (page > 2) links.push(['prev', page - 1]);
  if (page < last) links.push(['next', page + 1], ['last', last]);
  const link = links.map(([rel, number]) => `<${linkTo(call, number, perPage)}>; rel="${rel}"`).join(', ');
  return {
    status: 200,
    body: slice.map(print),
    headers: { Total: String(rows.length), 'Per-Page': String(perPage), ...(link === '' ? {} : { Link: link }) },
  };
}

function linkTo(call: Call, page: number, perPage: number): string {
  const query = new URLSearchParams(call.query);
  query.set('page', String(page));
  query.set('per_page', String(perPage));
  return `${call.origin}${call.path}?${query}`;
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

type Sortable = Record<string, string | null>;

/** Sorts by `sort=name` or `sort=-name` among the given columns; ties and all else by id, so that paging is stable. */
export function sorted<Row extends { id: string }>(call: Call, rows: readonly Row[], columns: (row: Row) => Sortable): Row[] {
  const wanted = call.query.get('sort') ?? '';
  const column = wanted.replace(/^-/, '');
  const sign = wanted.startsWith('-') ? -1 : 1;
  const byId = (a: Row, b: Row): number => (BigInt(a.id) < BigInt(b.id) ? -1 : a.id === b.id ? 0 : 1);
  return [...rows].sort((a, b) => {
    const left = columns(a)[column];
    const right = columns(b)[column];
    const order = left === undefined || right === undefined ? 0 : sign * (left ?? '').localeCompare(right ?? '');
    return order === 0 ? byId(a, b) : order;
  });
}
