import type { ResponseMapping } from '../../domain/contractors.ts';
import type { SubmittalResponse } from '../../procore/operations/submittal-responses.ts';
import { foldName } from '../names.ts';

/** What Procore counts as a decision of the one who answers; the others are steps on the way (facts/steps-and-calls.md section 4). */
const answers: ReadonlySet<string> = new Set([
  'approved',
  'approved as noted',
  'for record only',
  'rejected',
  'revise and resubmit',
]);

const steps: ReadonlySet<string> = new Set(['pending', 'submitted', 'forwarded for review', 'void']);

/**
 * What a response means in Part3 without anybody having said so: one of Procore's own, whose name says what it counts as, goes by that name;
 * one that is no answer means nothing. Any other is asked about.
 */
export function meaningOf({ id: responseId, name, considered }: SubmittalResponse): ResponseMapping {
  const seen = { responseId, name, considered, decidedBy: null };
  if (considered !== null && steps.has(considered)) return { ...seen, state: 'none', partnerName: null };
  const isPlain = considered !== null && answers.has(considered) && foldName(name) === foldName(considered);
  return isPlain ? { ...seen, state: 'mapped', partnerName: name } : { ...seen, state: 'new', partnerName: null };
}
