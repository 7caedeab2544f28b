import type { z } from 'zod';
import { Fault, faultIn } from '../domain/faults.ts';
import { exactNumber } from '../http/exact-json.ts';
import { pathOf, type Query, UnsafePathSegment } from '../http/far-side-url.ts';
import { listOf } from '../http/parsed-once.ts';
import type { ProcoreRequest } from './contract.ts';

/** Largest page requested; where less is allowed Procore clamps it and says so in `Per-Page`. */
const pageSize = 300;

export const read = <T>(operationId: string, path: string, answer: z.ZodType<T>, query: Query = {}): ProcoreRequest<T> => ({
  operationId,
  method: 'GET',
  path,
  query,
  answer,
  effect: 'read',
});

export const list = <T>(operationId: string, path: string, row: z.ZodType<T>, query: Query = {}): ProcoreRequest<T[]> =>
  read(operationId, path, listOf(row), { ...query, per_page: pageSize });

export const write = <T>(
  operationId: string,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  answer: z.ZodType<T>,
  body?: unknown,
): ProcoreRequest<T> => ({ operationId, method, path, answer, effect: 'write', body });

/** A path below `/rest/`; a malformed id is refused before anything is sent. */
export function rest(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  try {
    return `/rest/${pathOf(parts, ...ids)}`;
  } catch (error) {
    if (!(error instanceof UnsafePathSegment)) throw error;
    throw notAnId();
  }
}

/** An id as a bare exact number in a body; an id that is not all digits is refused before anything is sent. */
export function numericId(id: string): ReturnType<typeof exactNumber> {
  if (!/^\d{1,20}$/.test(id)) throw notAnId();
  return exactNumber(id);
}

const notAnId = (): Fault =>
  new Fault('validation-rejected', { seen: 'An id is not one of Procore’s.', effect: 'surely-not-done' });

/**
 * A read by id; undefined if nothing has the id (any more). Only for what the caller may read: Procore masks missing rights as
 * 404 too.
 */
export async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (faultIn(error)?.detail.status !== 404) throw error;
    return undefined;
  }
}

/** Every row of a list, in one array. */
export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
