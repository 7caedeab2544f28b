import { Fault, type FaultKind, faultIn } from '../../../domain/faults.ts';
import { allOf } from '../../pages.ts';
import type { Cause, MayStillSend, Outcome, Reported, TargetRecord } from '../../stream.ts';
import type { AnswerOutcome } from '../fields.ts';
import { type Answering, type AnswerSource, type AnswerTarget, placeOf } from './kinds.ts';

/** Part3 does not accept the report: the answer was recalled, edited, or settled otherwise meanwhile, or no longer exists. */
const isUnwanted = (kind: FaultKind): boolean => kind === 'conflict' || kind === 'validation-rejected';

/**
 * Reports the outcome of an answer to Part3, after doing what remains in Procore. It applies to any version that says what was
 * meant: an edit that changed nothing gets the same receipt; for other versions nothing is reported. What is held is retried.
 */
export function receiptsOf<Row extends Answering>(
  source: AnswerSource<Row>,
  target: AnswerTarget<Row>,
  isStill: (answer: Row, record: TargetRecord) => Promise<boolean>,
  linkOf: (itemId: string) => Promise<string | null>,
) {
  async function told(answerId: string, outcome: AnswerOutcome, mayStillSend: MayStillSend): Promise<void> {
    try {
      await source.settle(answerId, outcome, mayStillSend);
    } catch (error) {
      const fault = faultIn(error);
      if (!fault || !isUnwanted(fault.kind)) throw error;
    }
  }

  return async (outcome: Outcome, mayStillSend: MayStillSend): Promise<Reported> => {
    const { record } = outcome;
    const answerId = record.address['answerId'] ?? '';
    const answer = await shownOf(source, answerId);
    const isFinished = answer !== undefined && (answer.state === 'ready' || answer.state === 'blocked');
    const isMeant = isFinished && (await isStill(answer, record));
    if (outcome.kind === 'blocked') {
      if (isMeant) await told(answerId, blockOf(answer.version, outcome.cause), mayStillSend);
      return 'told';
    }
    if (!answer || answer.state === 'returned') return 'told';
    const place = placeOf(record);
    const { targetId: externalId } = outcome;
    const { held, ...after } = await target.afterwards(place, isMeant ? answer : undefined, externalId, mayStillSend);
    if (!isMeant) return 'told';
    const { version } = answer;
    const at = new Date().toISOString();
    const link = await linkOf(place.itemId);
    await told(
      answerId,
      held ? blockOf(version, held) : { state: 'returned', version, externalId, at, link, ...after },
      mayStillSend,
    );
    return held ? 'held' : 'told';
  };
}

const blockOf = (version: number, { reason: code, seen, needed }: Cause): AnswerOutcome => ({
  state: 'blocked',
  version,
  code,
  text: `${asSentence(seen)} Needed: ${asSentence(needed)}`,
});

const asSentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/**
 * Procore ids of all returned answers: identical answers of one author are a multiset, and one that belongs to another answer is
 * not this one's, even if our store has never seen that answer (facts/security.md section 2).
 */
export async function returnedAs<Row extends Answering>({ list }: AnswerSource<Row>): Promise<ReadonlySet<string>> {
  const answers = await allOf(list(undefined));
  return new Set(answers.flatMap(({ state, receipt }) => (state === 'returned' && receipt ? [receipt.externalId] : [])));
}

async function shownOf<Row extends Answering>(source: AnswerSource<Row>, answerId: string): Promise<Row | undefined> {
  try {
    return await source.show(answerId);
  } catch (error) {
    // too large to read by now: it was edited, so nothing is to be reported
    if (error instanceof Fault && (error.detail.status === 404 || error.kind === 'source-incomplete')) return undefined;
    throw error;
  }
}
