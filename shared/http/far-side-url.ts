/** Values of one query parameter; a list becomes `name[]=a&name[]=b`, `undefined` leaves it out. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** A path segment from outside would have led to another resource. */
export class UnsafePathSegment extends Error {
  override readonly name = 'UnsafePathSegment';
}

/** Builds a path from a template; each inserted id must be one plain segment, so that no id can lead to another resource. */
export function pathOf(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  for (const id of ids) {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(id))
      throw new UnsafePathSegment('an id in a path is made of letters, digits, "-" and "_"');
  }
  return String.raw({ raw: parts }, ...ids);
}

/**
 * The URL of a call: always below `base`, whatever path is given. Throws if path or base would lead elsewhere. `base` is an
 * origin, optionally with a path (a region).
 */
export function urlBelow(base: string, path: string, query: Query = {}): URL {
  const root = new URL(base);
  const prefix = root.pathname.replace(/\/+$/, '');
  const url = new URL(`${root.origin}${prefix}${path}`);
  const inside =
    path.startsWith('/') && !path.includes('//') && url.origin === root.origin && url.pathname === `${prefix}${path}`;
  if (!inside || root.username !== '' || root.password !== '')
    throw new UnsafePathSegment('a call leads outside its configured address');
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (typeof value !== 'object') url.searchParams.append(name, String(value));
    else for (const item of value) url.searchParams.append(`${name}[]`, item);
  }
  return url;
}
