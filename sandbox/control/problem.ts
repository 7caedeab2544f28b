import type { Response } from 'express';
import { z } from 'zod';
import { Forbidden } from '../part3/people/forbidden.ts';
import { Refusal } from '../procore/refusal.ts';

interface FieldError {
  field: string;
  message: string;
}

/** A refusal with a stable code, as RFC 9457 has it. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  errors?: FieldError[];
}

/** Names the fields that are wrong, unknown ones included; `body` where the whole is. */
function fieldsOf(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    return names.map((name) => ({ field: name.join('.') || 'body', message: issue.message }));
  });
}

/** What a door threw, as a problem: bad fields 400, unknown names 404, Procore's own refusals as they are. */
export function problemOf(fault: unknown): Problem {
  if (fault instanceof z.ZodError)
    return { status: 400, code: 'invalid-fields', title: 'Some fields are wrong', errors: fieldsOf(fault) };
  if (fault instanceof BadField) {
    const errors = [{ field: fault.field, message: fault.message }];
    return { status: 400, code: 'invalid-fields', title: 'Some fields are wrong', errors };
  }
  if (fault instanceof RangeError) return { status: 404, code: 'not-found', title: fault.message };
  if (fault instanceof Refusal) return { status: fault.status, code: 'refused-by-procore', title: fault.message };
  if (fault instanceof Forbidden) return { status: 409, code: 'refused-by-part3', title: fault.message };
  return { status: 500, code: 'broken', title: fault instanceof Error ? fault.message : 'unknown' };
}

/** Answers a problem as JSON. */
export function answerProblem(response: Response, { status, code, title, errors }: Problem): void {
  response
    .status(status)
    .type('application/problem+json')
    .json({ type: 'about:blank', title, status, code, ...(errors === undefined ? {} : { errors }) });
}

/** A field whose wrongness only the world knows. */
export class BadField extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
