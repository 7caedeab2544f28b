import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

/** Shorter texts are parsed sooner than they are looked up. */
const leastLength = 2048;

/** What is kept at most, in characters of the texts; the objects take about three times as many bytes. */
const mostLength = 16 * 1024 * 1024;

/** What was not read again for so long is let go. */
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
 * What the text of an answer says by a schema. A list that is polled says for the most part what it said before, to the byte: such a page
 * is not parsed again while this process remembers it. Text and schema alone decide, so whoever has the text has had the right to it.
 * What `parse` throws is not kept. Callers share the value and leave it as it is.
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
 * Puts a guard around every value from now on: tests freeze them, so that whoever changes what others share is found out. Nobody does in
 * production, where a walk over each page would cost what is saved here.
 * @onlyTests
 */
export function guardShared(guard: <T>(value: T) => T): void {
  shared = guard;
}

/** As a process that has just started. */
export function forgetParsed(): void {
  known = knownTexts();
}

const arrays = new WeakMap<z.ZodType, z.ZodArray<z.ZodType>>();

/** `z.array` of a row, the same one at every call, so that its texts are known again. */
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
