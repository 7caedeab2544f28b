import type { Answering, AnswerState } from '../records.ts';
import { Forbidden } from './forbidden.ts';

/**
 * What a design-side person may do to an answer in which state, and the resulting state. `draft → in-review → ready`, then the
 * sync reports `returned` or `blocked` (`outcomes.ts`); an edit in any state begins a new version as a draft.
 */
export const moves = {
  edit: { from: ['draft', 'in-review', 'ready', 'returned', 'blocked', 'recalled'], to: 'draft' },
  review: { from: ['draft'], to: 'in-review' },
  finish: { from: ['draft', 'in-review'], to: 'ready' },
  recall: { from: ['draft', 'in-review', 'ready', 'blocked'], to: 'recalled' },
} as const satisfies Record<string, { from: readonly AnswerState[]; to: AnswerState }>;
export type Move = keyof typeof moves;

/** The state after a move; throws `Forbidden` if the move is not possible in the current state. */
export function moved({ state }: Answering, move: Move): AnswerState {
  const from: readonly AnswerState[] = moves[move].from;
  if (!from.includes(state)) throw new Forbidden(`it is ${state}: ${move} is not possible`);
  return moves[move].to;
}
