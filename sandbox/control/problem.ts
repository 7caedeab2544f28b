import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../procore/refusal.ts';

/** Names the fields that are wrong, unknown ones included; `body` where the whole is. */
function fieldsOf(error: z.ZodError): { field: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    return names.map((name) => ({ field: name.join('.') || 'body', message: issue.message }));
  });
}

/** Answers an RFC 9457 problem with a stable code. */
export function answerProblem(response: Response, status: number, code: string, title: string, extra: object = {}): void {
  response
    .status(status)
    .type('application/problem+json')
    .json({ type: 'about:blank', title, status, code, ...extra });
}

/** Turns what a door threw into an answer: bad fields 400, unknown names 404, Procore's own refusals as they are. */
export function answerFault(response: Response, fault: unknown) {
  if (fault instanceof z.ZodError) {
    return answerProblem(response, 400, 'invalid-fields', 'Some fields are wrong', { errors: fieldsOf(fault) });
  }
  if (fault instanceof BadField) {
    const errors = [{ field: fault.field, message: fault.message }];
    return answerProblem(response, 400, 'invalid-fields', 'Some fields are wrong', { errors });
  }
  if (fault instanceof RangeError) return answerProblem(response, 404, 'not-found', fault.message);
  if (fault instanceof Refusal) return answerProblem(response, fault.status, 'refused-by-procore', fault.message);
  answerProblem(response, 500, 'broken', fault instanceof Error ? fault.message : 'unknown');
}

/** A field whose wrongness only the world knows. */
export class BadField extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
