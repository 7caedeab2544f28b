import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Json } from './database.d.ts';

/** A value for a jsonb column. The driver would write a JavaScript array as a Postgres array, hence the text. */
export const jsonb = (value: unknown): RawBuilder<Json> => sql<Json>`${JSON.stringify(value)}::jsonb`;
