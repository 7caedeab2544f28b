import type { SubmittalApprover } from '../../../procore/operations/submittals.ts';

/** Responses that Procore records without their being an answer (facts/steps-and-calls.md section 4). */
const noAnswers: ReadonlySet<string> = new Set(['pending', 'forwarded for review', 'submitted']);

/** Whether a slot has its answer: for a submitter, that it was submitted. A response of unknown meaning counts as one. */
export function isAnswered({ response, type }: Pick<SubmittalApprover, 'response' | 'type'>): boolean {
  if (response === null) return false;
  return (type === 'Submitter' && response.considered === 'submitted') || !noAnswers.has(response.considered ?? '');
}

/** The current step: the first in which a required slot (or any, if none is required) has no answer. */
export function currentStepOf(approvers: readonly SubmittalApprover[]): number | undefined {
  const steps = [...new Set(approvers.map(({ step }) => step))].sort((left, right) => left - right);
  return steps.find((step) => {
    const slots = approvers.filter((slot) => slot.step === step);
    const required = slots.filter((slot) => slot.required);
    return (required.length > 0 ? required : slots).some((slot) => !isAnswered(slot));
  });
}
