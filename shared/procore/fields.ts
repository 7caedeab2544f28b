import { z } from 'zod';
import { farSideId } from '../domain/ids.ts';

/** Building blocks of response schemas: unknown fields are ignored, absent and null both become `null`. */
export const id = farSideId;
export const idOrNull = farSideId.nullish().transform((value) => value ?? null);

/** Procore returns some texts as numbers (project numbers, decimals) and some decimals as texts. */
const printed = z.union([z.string(), z.number()]).transform(String);
export const textOrNull = printed.nullish().transform((value) => value ?? null);

export const flagOrNull = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

export const countOrNull = z
  .int()
  .nullish()
  .transform((value) => value ?? null);

/** `{id, name}` of a referenced record. */
export const named = z.object({ id, name: textOrNull });
export const namedOrNull = named.nullish().transform((value) => value ?? null);

/** A calendar day in the project's zone. */
export const day = z.iso.date();
export const dayOrNull = day.nullish().transform((value) => value ?? null);
