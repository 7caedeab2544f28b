import type { Facts, Mapped, ProjectContext } from '../../stream.ts';
import type { LargeAnswer } from '../schema.ts';
import { tooLargeIn } from '../too-large.ts';
import type { Answering, AnswerKind } from './kinds.ts';
import { knownItem } from './known-items.ts';

export const isLarge = <Row extends Answering>(answer: Row | LargeAnswer): answer is LargeAnswer => 'tooLarge' in answer;

/** All that is kept of an answer that is too large to read. */
export const factsOfLarge = (itemId: string, author: string): Facts => ({ tooLarge: true, itemId, author });

export const isOfLarge = (facts: Facts | undefined): facts is Facts => facts?.['tooLarge'] === true;

/**
 * Maps such an answer: it is blocked, and released automatically once a newer version can be read. Named by its author, and by
 * its item's number as last carried.
 */
export async function leftAside(
  context: ProjectContext,
  { itemWord }: Pick<AnswerKind<Answering>, 'itemWord'>,
  naturalKey: string,
  { itemId, author }: Facts,
): Promise<Mapped> {
  const number = (await knownItem(context, itemWord, String(itemId)))?.number;
  const kind = itemWord === 'rfi' ? 'RFI' : 'submittal';
  const item = number ? `${kind} ${number}` : kind === 'RFI' ? 'an RFI' : 'a submittal';
  const where = `Part3 → the project → ${number ? item : 'the item'} → Answers`;
  return {
    kind: 'blocked',
    naturalKey,
    reason: 'source-incomplete',
    subject: `record:${naturalKey}`,
    ...tooLargeIn(`Answer of ${author} to ${item}`, where),
  };
}
