import { invalid, Problem } from '../problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const malformed = (detail: string, message: string, cause: unknown): Problem =>
  new Problem('malformed-json', detail, { errors: [{ field: 'body', message }], cause });

/**
 * Parses a body as one JSON value. Refuses what `JSON.parse` would silently accept: bytes that are not UTF-8 (they would be
 * stored as question marks) and a field that is named twice (the last one would win, unseen).
 */
export function readJson(bytes: Buffer): unknown {
  const text = decoded(bytes);
  const value = parsed(text);
  const twice = repeatedField(text);
  if (twice !== undefined) throw invalid(twice, 'send this field once');
  return value;
}

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw malformed('Send the body in UTF-8.', 'send UTF-8', error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('Send one well-formed JSON object.', 'send one well-formed JSON object', error);
  }
}

interface Level {
  /** Field names seen in this object; absent in a list. */
  readonly seen?: Set<string>;
  /** The current field, once its name is known. */
  field?: string | undefined;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/**
 * Path of the first field that an object names twice. The text is well-formed JSON. Not recursive, so that deep input cannot
 * overflow the stack.
 */
function repeatedField(text: string): string | undefined {
  const levels: Level[] = [];
  for (const [token] of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ seen: new Set() });
    else if (token === '[') levels.push({});
    else if (token === '}' || token === ']') levels.pop();
    else if (level === undefined) continue;
    else if (token === ',') level.field = undefined;
    else if (level.seen !== undefined && level.field === undefined) {
      level.field = String(JSON.parse(token)); // a name may be written with escapes
      if (level.seen.has(level.field)) return levels.flatMap(({ field }) => field ?? []).join('.');
      level.seen.add(level.field);
    }
  }
  return undefined;
}
