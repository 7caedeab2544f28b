import type { Day, Id, Project } from '../../kernel/model.ts';
import type { ApproverType, Submittal, SubmittalApprover } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { mayOnProject } from '../permissions.ts';
import { invalid } from '../refusal.ts';
import { mintSubmittalId } from './ids.ts';

/** A slot as somebody plans it. */
export interface PlannedSlot {
  userId: Id;
  type?: ApproverType | undefined;
  required?: boolean | undefined;
  daysToRespond?: number | null | undefined;
  dueDate?: Day | null | undefined;
  /** The slot it stands for already, which keeps its answer. */
  slotId?: Id | null | undefined;
}

/** Steps in their order, each with its slots. */
export type PlannedSteps = readonly (readonly PlannedSlot[])[];

/** The slots of a plan. A person may stand in several; every one must be on the project (422). Slots not named again are gone. */
export function slotsOf(
  world: World,
  project: Project,
  plan: PlannedSteps,
  known: readonly SubmittalApprover[],
): SubmittalApprover[] {
  return plan.flatMap((slots, index) =>
    slots.map(({ slotId, ...planned }) => {
      const slot = known.find(({ id }) => id === slotId);
      if (slotId && !slot) throw invalid('workflow_data', 'names an approver of another submittal');
      return slot ? replan(world, project, slot, planned, index + 1) : newSlot(world, project, planned, index + 1);
    }),
  );
}

/** An unanswered slot on a step. */
export function newSlot(world: World, project: Project, planned: PlannedSlot, step: number): SubmittalApprover {
  return {
    id: mintSubmittalId(world),
    userId: memberId(world, project, planned.userId),
    type: planned.type ?? 'Approver',
    step,
    required: planned.required ?? true,
    daysToRespond: planned.daysToRespond ?? null,
    responseId: null,
    comment: null,
    sentDate: null,
    dueDate: planned.dueDate ?? null,
    returnedDate: null,
    attachments: [],
    carriedForwardIds: [],
    forwardedBy: null,
  };
}

function replan(
  world: World,
  project: Project,
  slot: SubmittalApprover,
  { userId, type, required, daysToRespond, dueDate }: PlannedSlot,
  step: number,
): SubmittalApprover {
  return {
    ...slot,
    userId: memberId(world, project, userId),
    type: type ?? slot.type,
    required: required ?? slot.required,
    daysToRespond: daysToRespond === undefined ? slot.daysToRespond : daysToRespond,
    dueDate: dueDate === undefined ? slot.dueDate : dueDate,
    step,
  };
}

/** The same workflow without a word in it, for a new revision. */
export function unansweredCopies(world: World, project: Project, { approvers }: Submittal): SubmittalApprover[] {
  return approvers
    .filter(({ forwardedBy, userId }) => forwardedBy === null && mayOnProject(world, userId, project, 'submittals', 'Read Only'))
    .map((slot) => newSlot(world, project, { ...slot, dueDate: null }, slot.step));
}

/** Somebody who can see the project's submittals, or a 422. */
export function memberId(world: World, project: Project, userId: Id): Id {
  if (!mayOnProject(world, userId, project, 'submittals', 'Read Only'))
    throw invalid('user_id', `${userId} cannot see the submittals of this project`);
  return userId;
}
