import { badRequest } from './refusal.ts';

/** All values of `filters[name]`, `filters[name][]`, or undefined when the filter is not used. */
export function filterValues(query: URLSearchParams, name: string): string[] | undefined {
  const values = [...query.getAll(`filters[${name}]`), ...query.getAll(`filters[${name}][]`)].flatMap(listed);
  return values.length > 0 ? values : undefined;
}

/** `[1,2]` in one parameter counts as a list [3p]. */
function listed(value: string): string[] {
  const inner = /^\[(.*)\]$/.exec(value)?.[1];
  return inner === undefined ? [value] : inner.split(',').map((item) => item.trim().replace(/^"|"$/g, ''));
}

export function filterValue(query: URLSearchParams, name: string): string | undefined {
  return filterValues(query, name)?.at(-1);
}

/**
 * Reads a range filter `A...B` (dates or instants, both ends included) [doc]; the test is on whole-second instants.
 * 400 when it is no range: the official texts show only ranges, what Procore does then is unknown [unk].
 */
export function rangeFilter(query: URLSearchParams, name: string): (instant: string) => boolean {
  const value = filterValue(query, name);
  if (value === undefined) return () => true;
  const [from, to] = value.replaceAll('"', '').split('...');
  const fromMs = Date.parse(from ?? '');
  const toMs = Date.parse(to === undefined || to.includes('T') ? (to ?? '') : `${to}T23:59:59Z`);
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) throw badRequest(`filters[${name}] must be a range`);
  return (instant) => {
    const ms = Date.parse(instant);
    return ms >= fromMs && ms <= toMs;
  };
}

/** Whether a record passes `filters[name]`, when used, by one of its values. Ids and words are compared as text. */
export function passes(query: URLSearchParams, name: string, value: string | boolean | null): boolean {
  const wanted = filterValues(query, name);
  return wanted === undefined || (value !== null && wanted.includes(String(value)));
}

/** `filters[search]`, without regard to case, over several texts. */
export function found(query: URLSearchParams, texts: readonly (string | null | undefined)[]): boolean {
  const wanted = filterValue(query, 'search')?.toLowerCase();
  return wanted === undefined || texts.some((text) => text?.toLowerCase().includes(wanted));
}
