import type { Reader } from '../../stream.ts';

/**
 * What is not seen is gone only for a reader who saw all of it before, at the same level (docs/adr/0035): never for a stand-in. `before`:
 * the key of whom all that is known was seen by last; null: by nobody yet.
 */
export const absenceCounts = ({ standsIn, key }: Reader, before: string | null): boolean =>
  !standsIn && (before === null || before === key);

/** By whom all that is known is seen now: the owner, also at a new level, once nothing of it is missing. */
export const wholeFor = (reader: Reader, before: string | null, missing: number): string | null =>
  absenceCounts(reader, before) || (!reader.standsIn && missing === 0) ? reader.key : before;
