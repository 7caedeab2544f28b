import type { ResponseMapping } from '../../domain/contractors.ts';
import type { SubmittalResponse } from '../../procore/operations/submittal-responses.ts';
import { foldName } from '../names.ts';

/** What Procore counts as the answerer's decision; other values are intermediate steps (facts/steps-and-calls.md section 4). */
const answers: ReadonlySet<string> = new Set([
  'approved',
  'approved as noted',
  'for record only',
  'rejected',
  'revise and resubmit',
]);

const steps: ReadonlySet<string> = new Set(['pending', 'submitted', 'forwarded for review', 'void']);

/**
 * The default meaning of a response in Part3: one of Procore's own, whose name equals what it counts as, keeps that name; one
 * that is no answer means nothing. For any other a person is asked.
 */
export function meaningOf({ id: responseId, name, considered }: SubmittalResponse): ResponseMapping {
  const seen = { responseId, name, considered, decidedBy: null };
  if (considered !== null && steps.has(considered)) return { ...seen, state: 'none', partnerName: null };
  const isPlain = considered !== null && answers.has(considered) && foldName(name) === foldName(considered);
  return isPlain ? { ...seen, state: 'mapped', partnerName: name } : { ...seen, state: 'new', partnerName: null };
}
