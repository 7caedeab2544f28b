import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type By, commit, type Kind, type Part3World } from './commits.ts';
import type { Answering } from './records.ts';
import type { Refused } from './refusals.ts';
import { type AnswerPlace, ofNewestVersion } from './versions.ts';

const version = z.int().min(1);

/** What the sync reports about a version: it was returned, or it cannot be yet. */
const outcomeSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('returned'),
    version,
    externalId: z.string().min(1),
    at: z.iso.datetime({ offset: true }),
    link: z.url().nullable(),
    ballInCourt: z.array(z.string()),
    official: z.boolean().nullable().default(null),
  }),
  z.strictObject({ state: z.literal('blocked'), version, code: z.string().min(1), text: z.string().min(1) }),
]);
type Outcome = z.output<typeof outcomeSchema>;

/**
 * Sets the outcome of an answer's version. A repeat changes nothing. Refused: another version than the newest (412); one that is
 * not ready, recalled ones included (409); a second return under another external id (409).
 */
export function settle<Answer extends Answering>(
  part3: Part3World,
  kind: Kind<Answer>,
  place: AnswerPlace,
  body: unknown,
  by: By,
): Answer | Refused {
  const read = ofNewestVersion(part3, kind, place, outcomeSchema, body);
  if ('code' in read) return read;
  const { answer, said: outcome } = read;
  const refusal = refusalOf(answer, outcome);
  if (refusal !== undefined) return refusal;
  const record = { ...answer, ...settled(outcome) };
  if (isDeepStrictEqual(record, answer)) return answer;
  const { organisation } = place;
  return commit(part3, kind, { organisation, record: { ...record, modified: part3.world.clock.instant() } }, by);
}

function refusalOf({ state, receipt }: Answering, outcome: Outcome): Refused | undefined {
  if (state === 'returned') {
    const isSame = outcome.state === 'returned' && outcome.externalId === receipt?.externalId;
    return isSame ? undefined : { status: 409, code: 'already-returned', message: 'This version was returned before.' };
  }
  if (state !== 'ready' && state !== 'blocked') return { status: 409, code: 'not-ready', message: `It is ${state}.` };
  return undefined;
}

function settled(outcome: Outcome): Partial<Answering> {
  if (outcome.state === 'blocked') {
    const { state, ...block } = outcome;
    return { state, block };
  }
  const { state, ...receipt } = outcome;
  return { state, receipt, block: null };
}
