import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type By, commit, type Kind, type Part3World } from './commits.ts';
import type { Answering } from './records.ts';
import type { Refused } from './refusals.ts';
import { type AnswerPlace, ofNewestVersion } from './versions.ts';

const previewSchema = z.strictObject({
  version: z.int().min(1),
  itemOpen: z.boolean().nullable(),
  ballInCourt: z.array(z.string()),
  authorHoldsBall: z.boolean().nullable(),
  official: z.boolean().nullable(),
  mails: z.union([z.literal('nobody'), z.array(z.string())]).nullable(),
  blockers: z.array(z.strictObject({ code: z.string().min(1), text: z.string().min(1) })),
  asOf: z.iso.datetime({ offset: true }),
});

/**
 * Stores what the author of an answer sees before it is finished. It does not count as a change of the answer: `modified` stays.
 * A repeat, or a preview older than the stored one, changes nothing. Refused: another version than the newest (412); one that is
 * neither a draft nor in review (409).
 */
export function keepPreview<Answer extends Answering>(
  part3: Part3World,
  kind: Kind<Answer>,
  place: AnswerPlace,
  body: unknown,
  by: By,
): Answer | Refused {
  const read = ofNewestVersion(part3, kind, place, previewSchema, body);
  if ('code' in read) return read;
  const { answer, said: preview } = read;
  if (answer.state !== 'draft' && answer.state !== 'in-review')
    return { status: 409, code: 'not-a-draft', message: `It is ${answer.state}.` };
  const isOlder = answer.preview !== null && Date.parse(preview.asOf) < Date.parse(answer.preview.asOf);
  if (isOlder || isDeepStrictEqual(preview, answer.preview)) return answer;
  return commit(part3, kind, { organisation: place.organisation, record: { ...answer, preview } }, by);
}
