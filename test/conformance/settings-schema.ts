import { z } from 'zod';
import type { Partner } from '../../shared/partners/contract.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One field that an admin may set. */
export interface Leaf {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** Every field of a partner's settings that holds no further ones. */
export const leavesOf = (settings: Partner['settings']): readonly Leaf[] =>
  walked(settings).filter(({ schema }) => !schema.properties);

/** Paths of the objects that hold them, the settings themselves first. */
export const objectsOf = (settings: Partner['settings']): readonly (readonly string[])[] =>
  walked(settings)
    .filter(({ schema }) => schema.properties)
    .map(({ path }) => path);

function walked(settings: Partner['settings']): readonly Leaf[] {
  const found: Leaf[] = [];
  function walk(path: readonly string[], schema: JsonSchema): void {
    found.push({ path, schema });
    for (const [name, inner] of Object.entries(schema.properties ?? {}))
      if (typeof inner === 'object') walk([...path, name], inner);
  }
  walk([], z.toJSONSchema(settings, { io: 'input' }));
  return found;
}

/** A value at a path, with nothing beside it. */
export const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
