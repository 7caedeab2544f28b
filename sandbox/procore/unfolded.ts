import { isFields, parseExact } from '../kernel/request.ts';

/**
 * A form's body as the tree it stands for: `submittal[steps][0][user]` becomes `{submittal: {steps: {0: {user}}}}`, and a last `[]` a
 * list. A JSON body has no such names and comes out as it is.
 */
export function unfolded(fields: Record<string, unknown>): Record<string, unknown> {
  return treeOf(Object.entries(fields).map(([name, value]) => ({ path: pathOf(name), value })));
}

interface Leaf {
  path: readonly string[];
  value: unknown;
}

function pathOf(name: string): string[] {
  const [head = '', ...inner] = name.split(/\[|\]\[|\]$/);
  const steps = inner.filter((step) => step !== '');
  return /^[^[\]]+(\[\w*\])*$/.test(name) ? [head, ...steps] : [name];
}

function treeOf(leaves: readonly Leaf[]): Record<string, unknown> {
  const heads = [...new Set(leaves.map(({ path }) => path[0] ?? ''))];
  return Object.fromEntries(
    heads.map((head) => {
      const below = leaves.filter(({ path }) => path[0] === head);
      const own = below.find(({ path }) => path.length === 1);
      return [head, own ? own.value : treeOf(below.map(({ path, value }) => ({ path: path.slice(1), value })))];
    }),
  );
}

/** The items of a list, also where a form numbered them, or sent the whole as JSON text; undefined for anything else. */
export function listed(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (isFields(value)) return Object.values(value);
  if (typeof value !== 'string' || !value.startsWith('[')) return undefined;
  try {
    return listed(parseExact(value));
  } catch {
    return undefined;
  }
}
