import type { z } from 'zod';
import type { Kind, Part3World } from './commits.ts';
import type { Answering } from './records.ts';
import { invalidFields, notFound, type Refused } from './refusals.ts';
import { ownOf } from './state.ts';

export interface AnswerPlace {
  organisation: string;
  id: string;
}

/**
 * Reads what the sync reports about an answer's version. Refused: an answer that the organisation does not have (404), wrong
 * fields (400), another version than the newest (412).
 */
export function ofNewestVersion<Answer extends Answering, Said extends { version: number }>(
  { state }: Part3World,
  kind: Kind<Answer>,
  { organisation, id }: AnswerPlace,
  schema: z.ZodType<Said>,
  body: unknown,
): { answer: Answer; said: Said } | Refused {
  const answer = ownOf(kind.tableOf(state), organisation, id);
  if (answer === undefined) return notFound(kind.noun);
  const parsed = schema.safeParse(body);
  if (!parsed.success) return invalidFields(parsed.error);
  if (parsed.data.version !== answer.version)
    return { status: 412, code: 'stale-version', message: `The newest version is ${answer.version}.` };
  return { answer, said: parsed.data };
}
