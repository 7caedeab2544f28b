import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type By, commit, type Kind, type Part3World } from './commits.ts';
import type { Answering } from './records.ts';
import { invalidFields, notFound, type Refused } from './refusals.ts';
import { ownOf } from './state.ts';

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
 * Keeps what the author of an answer sees before it is finished. It is no change of the answer: `modified` stays. The same again, and what
 * was known earlier than what stands, change nothing. Refused: another version than the newest (412); one that is no draft and not in
 * review (409).
 */
export function keepPreview<Answer extends Answering>(
  part3: Part3World,
  kind: Kind<Answer>,
  { organisation, id }: { organisation: string; id: string },
  body: unknown,
  by: By,
): Answer | Refused {
  const answer = ownOf(kind.tableOf(part3.state), organisation, id);
  if (answer === undefined) return notFound(kind.noun);
  const parsed = previewSchema.safeParse(body);
  if (!parsed.success) return invalidFields(parsed.error);
  const { data: preview } = parsed;
  if (preview.version !== answer.version)
    return { status: 412, code: 'stale-version', message: `The newest version is ${answer.version}.` };
  if (answer.state !== 'draft' && answer.state !== 'in-review')
    return { status: 409, code: 'not-a-draft', message: `It is ${answer.state}.` };
  const isOlder = answer.preview !== null && Date.parse(preview.asOf) < Date.parse(answer.preview.asOf);
  if (isOlder || isDeepStrictEqual(preview, answer.preview)) return answer;
  return commit(part3, kind, { organisation, record: { ...answer, preview } }, by);
}
