import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

/** Shorter texts are parsed faster than they are looked up. */
const leastLength = 2048;

/** The most that is cached, in characters of the texts; the objects take about three times as many bytes. */
const mostLength = 16 * 1024 * 1024;

/** Entries unused for this long are dropped. */
const keptMs = 60 * 60 * 1000;

interface Known {
  readonly value: unknown;
  readonly length: number;
}

let known = knownTexts();
let shared = <T>(value: T): T => value;
const numbers = new WeakMap<z.ZodType, number>();
let schemas = 0;

/**
 * Parses the text of a response by a schema, with a cache. A polled list mostly returns the same bytes as before: such a page is
 * not parsed again while this process has it cached. The key is text and schema only: a caller with the text was allowed to read
 * it. Errors of `parse` are not cached. Callers share the value and must not change it.
 */
export function parsedOnce<T>(schema: z.ZodType<T>, text: string, parse: () => T): T {
  if (text.length < leastLength) return parse();
  const key = `${numberOf(schema)}:${hash('sha256', text, 'base64url')}`;
  const before = known.get(key);
  if (before) return before.value as T; // the key names the schema
  const value = shared(parse());
  known.set(key, { value, length: text.length });
  return value;
}

/**
 * Applies a guard to every value from now on: tests freeze the values, so that code that changes shared values is found. Not in
 * production, where walking each page would cost what the cache saves.
 * @onlyTests
 */
export function guardShared(guard: <T>(value: T) => T): void {
  shared = guard;
}

/** Resets the cache, as in a process that has just started. */
export function forgetParsed(): void {
  known = knownTexts();
}

const arrays = new WeakMap<z.ZodType, z.ZodArray<z.ZodType>>();

/** `z.array` of a row schema, the same instance on every call, so that its cached texts are found. */
export function listOf<Row extends z.ZodType>(row: Row): z.ZodArray<Row> {
  const before = arrays.get(row) ?? z.array(row);
  arrays.set(row, before);
  return before as z.ZodArray<Row>; // made of this row
}

function knownTexts(): LRUCache<string, Known> {
  return new LRUCache({ maxSize: mostLength, sizeCalculation: ({ length }) => length, ttl: keptMs, updateAgeOnGet: true });
}

function numberOf(schema: z.ZodType): number {
  const number = numbers.get(schema) ?? ++schemas;
  numbers.set(schema, number);
  return number;
}
