import { z } from 'zod';
import { farSideId } from '../domain/ids.ts';

/** Building blocks of answers: unknown fields are ignored, absent and null are the same `null`. */
export const id = farSideId;
export const idOrNull = farSideId.nullish().transform((value) => value ?? null);

/** Procore prints some texts as numbers (project numbers, decimals) and some decimals as texts. */
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

/** `{id, name}` of something else. */
export const named = z.object({ id, name: textOrNull });
export const namedOrNull = named.nullish().transform((value) => value ?? null);

/** A calendar day of the project's zone. */
export const day = z.iso.date();
export const dayOrNull = day.nullish().transform((value) => value ?? null);
