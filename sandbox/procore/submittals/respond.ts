import type { Day, Id, Project } from '../../kernel/model.ts';
import type { Attachment } from '../../kernel/model-files.ts';
import type { Submittal, SubmittalApprover, SubmittalResponse } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { todayOf } from '../daily-log/dates.ts';
import { mayOnProject } from '../permissions.ts';
import { badRequest, forbidden, invalid, notFound } from '../refusal.ts';
import { offeredResponses } from './responses.ts';
import { isSubmittalAdmin } from './sight.ts';
import { newSlot } from './slots.ts';
import { kindOf } from './statuses.ts';
import { change, projectOf } from './submittals.ts';
import { awaitedSlots, isAnswered } from './workflow.ts';

export interface Answer {
  responseId: Id | null;
  /** Undefined: what stands there stays. */
  comment?: string | null | undefined;
  /** Makes the slot's files when nothing speaks against the answer any more, so that no upload is spent on a refused one. */
  attachments?: ((slot: SubmittalApprover) => readonly Attachment[]) | undefined;
  carriedForwardIds?: readonly Id[] | undefined;
  /** For Admins only [oas], as the next. */
  sentDate?: Day | null | undefined;
  returnedDate?: Day | null | undefined;
  forwardTo?: { userId: Id; dueDate?: Day | null | undefined } | undefined;
}

/**
 * Answers in a slot: whoever stands in it, while it is awaited, or an Admin in their place [sup], who may also change what was answered.
 * 403 for anybody else, 400 for a response the project does not offer, 422 out of turn [oas; which of them is inf].
 */
export function respond(world: World, actor: Actor, submittal: Submittal, slotId: Id, answer: Answer): Submittal {
  const project = projectOf(world, submittal);
  const slot = submittal.approvers.find(({ id }) => id === slotId);
  if (!slot) throw notFound();
  const isAdmin = isSubmittalAdmin(world, actor.personId, project);
  if (!isAdmin && !mayAnswer(world, actor, project, slot)) throw forbidden();
  if (!isAdmin && (answer.sentDate !== undefined || answer.returnedDate !== undefined)) throw forbidden();
  const response = offeredResponses(world, project).find(({ id }) => id === answer.responseId);
  if (!response) throw badRequest('Invalid Submittal Response');
  refuseOutOfTurn(world, submittal, slot, isAdmin);
  const reviewer = reviewerOf(world, project, submittal, slot, response, answer);
  const answered = answeredSlot(world, project, slot, response, answer);
  const slots = submittal.approvers.map((one) => (one.id === slot.id ? answered : one));
  const row = change(world, actor, { ...submittal, approvers: reviewer ? [...slots, reviewer] : slots });
  record(world, actor, row, answered, response, slot.responseId === null ? 'create' : 'update');
  return row;
}

const mayAnswer = (world: World, actor: Actor, project: Project, slot: SubmittalApprover): boolean =>
  slot.userId === actor.personId && mayOnProject(world, actor.personId, project, 'submittals', 'Standard');

function refuseOutOfTurn(world: World, submittal: Submittal, slot: SubmittalApprover, isAdmin: boolean): void {
  if (kindOf(world, submittal) !== 'Open') throw invalid('base', 'The submittal is not open');
  if (awaitedSlots(world, submittal).some(({ id }) => id === slot.id)) return;
  const mayAgain = isAdmin || world.switches.get('answerAgain') === 'allowed';
  if (!isAnswered(world, slot)) throw invalid('base', 'The ball is not in the court of this approver');
  if (!mayAgain) throw invalid('base', 'This approver has responded already');
}

/** The slot of who is asked for a review: somebody new to the workflow, asked by somebody who was not asked so themselves [sup]. */
function reviewerOf(
  world: World,
  project: Project,
  { approvers }: Submittal,
  slot: SubmittalApprover,
  response: SubmittalResponse,
  { forwardTo }: Answer,
): SubmittalApprover | undefined {
  const forwards = response.considered === 'forwarded for review';
  if (forwards !== (forwardTo !== undefined))
    throw invalid('forward_to', 'goes with the response "Forwarded for Review", and only with it');
  if (!forwardTo) return undefined;
  const { userId, dueDate } = forwardTo;
  if (slot.forwardedBy !== null) throw invalid('forward_to', 'what was forwarded to you cannot be forwarded on');
  if (approvers.some((one) => one.userId === userId)) throw invalid('forward_to', 'is in the workflow already');
  if (!mayOnProject(world, userId, project, 'submittals', 'Standard')) throw invalid('forward_to', 'may not respond here');
  return { ...newSlot(world, project, { userId, required: slot.required, dueDate }, slot.step), forwardedBy: slot.id };
}

function answeredSlot(
  world: World,
  project: Project,
  slot: SubmittalApprover,
  response: SubmittalResponse,
  answer: Answer,
): SubmittalApprover {
  const { comment = slot.comment, sentDate = slot.sentDate, carriedForwardIds = slot.carriedForwardIds } = answer;
  const returned = { ...slot, responseId: response.id };
  const returnedDate = isAnswered(world, returned) ? (answer.returnedDate ?? todayOf(world, project)) : null;
  const attachments = [...slot.attachments, ...(answer.attachments?.(slot) ?? [])];
  return { ...returned, comment, sentDate, returnedDate, carriedForwardIds, attachments };
}

/** What was answered is a record of its own in the ledger, by whoever did it: its id is the slot's. */
function record(
  world: World,
  actor: Actor,
  submittal: Submittal,
  slot: SubmittalApprover,
  { name, considered }: SubmittalResponse,
  action: 'create' | 'update',
): void {
  const { id: submittalId, companyId, projectId } = submittal;
  const row = { ...slot, submittalId, name, considered };
  commit(world, actor, { resource: 'submittal-responses', id: slot.id, action, companyId, projectId, row });
}
