import type { Reader } from '../../stream.ts';

/**
 * Absence means gone only for a reader who saw everything before, at the same level (docs/adr/0035): never for a stand-in.
 * `before`: key of the reader who last saw everything; null: nobody yet.
 */
export const absenceCounts = ({ standsIn, key }: Reader, before: string | null): boolean =>
  !standsIn && (before === null || before === key);

/** Key of the reader who sees everything now: the owner, also at a new level, once nothing is missing for them. */
export const wholeFor = (reader: Reader, before: string | null, missing: number): string | null =>
  absenceCounts(reader, before) || (!reader.standsIn && missing === 0) ? reader.key : before;
