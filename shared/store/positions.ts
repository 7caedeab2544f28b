import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

/** A time column in microseconds since 1970: exact where a JavaScript Date is not, and a plain number to compare with. */
export const microsOf = (column: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`(extract(epoch from ${column}) * 1000000)::bigint`;
