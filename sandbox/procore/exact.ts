import { LosslessNumber, stringify } from 'lossless-json';
import type { Id } from '../kernel/model.ts';

/** An id for a v1 answer: printed bare, every digit kept. */
export function exactId(id: Id): LosslessNumber;
export function exactId(id: Id | null): LosslessNumber | null;
export function exactId(id: Id | null): LosslessNumber | null {
  return id === null ? null : new LosslessNumber(id);
}

/** JSON text of an answer, with exact numbers. */
export function printExact(value: unknown): string {
  return stringify(value) ?? 'null';
}

/** Some answers leave out keys whose value is null [doc: project users]. */
export function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
