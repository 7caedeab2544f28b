import type { Day, Id } from '../../kernel/model.ts';
import type { Submittal, SubmittalApprover } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { consideredOf } from './responses.ts';
import { kindOf } from './statuses.ts';

/** A slot of which nothing more is awaited. Who forwarded is still to answer: the ball comes back to them [sup]. */
export function isAnswered(world: World, { responseId }: SubmittalApprover): boolean {
  const considered = consideredOf(world, responseId);
  return considered !== undefined && considered !== 'pending' && considered !== 'forwarded for review';
}

function rejects(world: World, { responseId }: SubmittalApprover): boolean {
  const considered = consideredOf(world, responseId);
  return considered === 'rejected' || considered === 'revise and resubmit';
}

/**
 * The step that an open submittal waits at; null where it waits at none. A step is over when all its required slots have answered [sup],
 * or all slots where none is required [inf].
 */
export function currentStep(world: World, submittal: Submittal): number | null {
  if (submittal.deletedAt !== null || kindOf(world, submittal) !== 'Open') return null;
  const steps = [...new Set(submittal.approvers.map(({ step }) => step))].sort((a, b) => a - b);
  for (const step of steps) {
    const slots = submittal.approvers.filter((slot) => slot.step === step);
    const required = slots.filter((slot) => slot.required);
    if ((required.length > 0 ? required : slots).some((slot) => !isAnswered(world, slot))) return step;
    if (world.switches.get('rejectionStopsSteps') && slots.some((slot) => rejects(world, slot))) return null;
  }
  return null;
}

/** The slots whose answer is awaited now: those of the current step, without the ones that wait for a review they asked for. */
export function awaitedSlots(world: World, submittal: Submittal): SubmittalApprover[] {
  const step = currentStep(world, submittal);
  const open = submittal.approvers.filter((slot) => slot.step === step && !isAnswered(world, slot));
  return open.filter((slot) => !open.some(({ forwardedBy }) => forwardedBy === slot.id));
}

/** Who holds the ball: everybody whose answer is awaited, each once. Empty unless the submittal is open. */
export function ballInCourt(world: World, submittal: Submittal): Id[] {
  const awaited = awaitedSlots(world, submittal).map(({ userId }) => userId);
  if (awaited.length > 0) return [...new Set(awaited)];
  const open = submittal.deletedAt === null && kindOf(world, submittal) === 'Open';
  const returns = open && world.switches.get('ballAfterLastStep') === 'manager';
  return returns && submittal.managerId !== null ? [submittal.managerId] : [];
}

/** The same slots, those of the current step dated with the day it began. */
export function startedSlots(world: World, submittal: Submittal, today: Day): SubmittalApprover[] {
  const step = currentStep(world, submittal);
  return submittal.approvers.map((slot) => {
    if (slot.step !== step || slot.sentDate !== null) return slot;
    const dueDate = slot.dueDate ?? (slot.daysToRespond === null ? null : dayAfter(today, slot.daysToRespond));
    return { ...slot, sentDate: today, dueDate };
  });
}

function dayAfter(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
