import type { Id } from '../kernel/model.ts';
import { badRequest } from './refusal.ts';

type Fields = Record<string, unknown>;

/** Readers of one field of a body: `undefined` when it is absent, 400 when it has the wrong type. */
export function givenText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw badRequest(`${name} is invalid`);
}

/** The same, with null kept. */
export function givenTextOrNull(fields: Fields, name: string): string | null | undefined {
  return fields[name] === null ? null : givenText(fields, name);
}

export function givenFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (value === true || value === 'true' || value === 1 || value === '1') return true;
  if (value === false || value === 'false' || value === 0 || value === '0') return false;
  throw badRequest(`${name} is invalid`);
}

/** An id as a bare integer or a string of digits; an empty string is null, as in Rails. */
export function givenId(fields: Fields, name: string): Id | null | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (value === null || value === '') return null;
  const text = String(value);
  if ((typeof value === 'number' || typeof value === 'string') && /^\d+$/.test(text)) return text;
  throw badRequest(`${name} is invalid`);
}

export function neededId(fields: Fields, name: string): Id {
  const id = givenId(fields, name);
  if (!id) throw badRequest(`${name} is missing`);
  return id;
}

export function givenWholeNumber(fields: Fields, name: string): number | null | undefined {
  const text = givenTextOrNull(fields, name);
  if (text === undefined || text === null) return text;
  if (!/^-?\d+$/.test(text.trim())) throw badRequest(`${name} is invalid`);
  return Number(text);
}

/** Leaves out what was not given, so that the rest can be spread over a row. */
export function onlyGiven<Given extends Fields>(fields: Given): { [Key in keyof Given]?: Exclude<Given[Key], undefined> } {
  // Entries that are undefined are gone; what remains has the declared types.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]?: Exclude<Given[Key], undefined>;
  };
}
