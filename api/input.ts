import type { z } from 'zod';
import { type FieldError, Problem } from './problem.ts';

const maxDepth = 16;
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);
const loneSurrogate = /\p{Surrogate}/u;

const textFault = (text: string): string | undefined => {
  if (text.includes('\0')) return 'send text without NUL characters';
  if (loneSurrogate.test(text)) return 'send well-formed Unicode text';
  return undefined;
};

/**
 * Rejects what no schema should ever see: NUL and broken Unicode (the store cannot hold them), keys that name a prototype, and
 * unbounded nesting. Not recursive, so that deep input cannot overflow the stack.
 */
function nastyFields(value: unknown, name: string): FieldError[] {
  const errors: FieldError[] = [];
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: Array.isArray(value) ? name : '', depth: 0 }];
  for (let next = open.pop(); next !== undefined && errors.length < 20; next = open.pop()) {
    const { value: current, path, depth } = next;
    if (typeof current === 'string') {
      const message = textFault(current);
      if (message !== undefined) errors.push({ field: path || name, message });
    } else if (typeof current === 'object' && current !== null) {
      if (depth >= maxDepth)
        return [{ field: path.split('.')[0] || name, message: `send at most ${maxDepth} levels of nesting` }];
      for (const [key, inner] of Object.entries(current)) {
        const field = path === '' ? key : `${path}.${key}`;
        if (refusedKeys.has(key)) errors.push({ field, message: 'leave this field out' });
        else if (textFault(key) !== undefined) errors.push({ field: name, message: 'send field names of plain text' });
        else open.push({ value: inner, path: field, depth: depth + 1 });
      }
    }
  }
  return errors;
}

const quoted = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');

const formats: Readonly<Record<string, string>> = {
  uuid: 'send a UUID, such as 6f1c2f5e-8f5b-4f0e-9d5e-2f6d7b1f0a11',
  date: 'send a day, such as 2026-11-12',
  email: 'send an e-mail address',
  url: 'send a web address',
  datetime: 'send a time in UTC, such as 2026-11-12T08:15:00Z',
};

const typeNames: Readonly<Record<string, string>> = {
  object: 'a JSON object',
  record: 'a JSON object',
  array: 'a list',
  tuple: 'a list',
  string: 'text',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** What to send instead, in one sentence, for every issue the schema has no own message for. */
function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `send ${typeNames[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `send ${quoted(issue.values)}` : `send one of: ${quoted(issue.values)}`;
    case 'too_small':
      return bounded(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bounded(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? `send text of the form ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return unionSays(issue.errors);
    default:
      return undefined;
  }
}

const counted: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item', map: 'field' };

function bounded(origin: string, relation: string, bound: number | bigint): string {
  const unit = counted[origin];
  if (unit === undefined) return `send a number of ${relation} ${bound}`;
  return `send ${relation} ${bound} ${unit}${bound === 1 ? '' : 's'}`;
}

/** What each way of the union needs first, with the name of the field if it is one of several. */
function unionSays(ways: readonly (readonly z.core.$ZodIssue[])[]): string {
  const needOf = ({ path, message }: z.core.$ZodIssue): string => {
    const need = message.replace(/^send /, '');
    return path.length === 0 ? need : `${path.join('.')} (${need})`;
  };
  const needs = new Set(ways.flatMap((issues) => issues.slice(0, 1).map(needOf)));
  return needs.size === 0 ? 'send one of the documented forms' : `send ${[...needs].join(', or ')}`;
}

function errorsOf(error: z.ZodError, name: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'this field is not known; leave it out' }));
    }
    return [{ field: path.join('.') || name, message: issue.message }];
  });
}

/**
 * Parses what a client sent in one part of a request; `name` is that part (`body`, `query`, `path`).
 * Throws `invalid-input` naming every wrong field (at most twenty) and what to send instead.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown, name: string): z.output<Schema> {
  const nasty = nastyFields(raw, name);
  if (nasty.length > 0) throw refusal(nasty);
  const parsed = schema.safeParse(raw, { error: sentenceOf });
  if (parsed.success) return parsed.data;
  throw refusal(errorsOf(parsed.error, name).slice(0, 20));
}

function refusal(errors: readonly FieldError[]): Problem {
  const first = errors[0];
  return new Problem('invalid-input', first === undefined ? 'A field is wrong.' : `${first.field}: ${first.message}`, { errors });
}
