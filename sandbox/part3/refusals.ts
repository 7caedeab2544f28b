import type { Response } from 'express';
import type { z } from 'zod';

/** Why a request is refused; the shape of the body is assumed. */
export interface Refused {
  status: 400 | 403 | 404 | 409 | 410 | 411 | 412 | 413 | 416 | 422;
  code: string;
  message: string;
}

export const notFound = (what: string): Refused => ({ status: 404, code: 'not-found', message: `There is no such ${what}.` });

/** Names the first field that is wrong. */
export function invalidFields(error: z.ZodError): Refused {
  const issue = error.issues[0];
  return { status: 400, code: 'invalid-fields', message: `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is wrong'}` };
}

export const refusedReference = (field: string, why: string): Refused => ({
  status: 422,
  code: 'unknown-reference',
  message: `${field}: ${why}`,
});

export function refuse(response: Response, { status, code, message }: Refused): void {
  response.status(status).json({ code, message });
}
