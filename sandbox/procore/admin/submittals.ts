import type { Id, Project } from '../../kernel/model.ts';
import type { Considered, Submittal, SubmittalApprover, SubmittalResponse } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import { byHand } from '../actor.ts';
import { seedAttachment } from '../files/attachments.ts';
import { forbidden } from '../refusal.ts';
import { closeAndDistribute, type Sending } from '../submittals/distribute.ts';
import { mailAbout } from '../submittals/mails.ts';
import { respond } from '../submittals/respond.ts';
import { addResponse, offeredResponses, removeResponse } from '../submittals/responses.ts';
import { isSubmittalAdmin } from '../submittals/sight.ts';
import { newSlot } from '../submittals/slots.ts';
import { addStatus, statusOfKind } from '../submittals/statuses.ts';
import {
  change,
  createSubmittal,
  deleteSubmittal,
  projectOf,
  restoreSubmittal,
  type SubmittalFields,
  updateSubmittal,
} from '../submittals/submittals.ts';
import { adminOf, mustProject } from './subjects.ts';

/** A submittal, and who does something with it; by default the company's first admin. */
export interface OnSubmittal {
  id: Id;
  by?: Id | undefined;
}

/** A file somebody hangs on a record: so many bytes, made up. */
export interface GivenFile {
  filename: string;
  contentType: string;
  size: number;
}

const filesOf = (world: World, projectId: Id, files: readonly GivenFile[]) =>
  files.map((file) => seedAttachment(world, { projectId, ...file }));

/** Submittals: writes a new one, with its steps. */
export function writeSubmittal(
  world: World,
  { projectId, by, files = [], ...fields }: { projectId: Id; by?: Id; files?: readonly GivenFile[] } & SubmittalFields,
): Submittal {
  const project = mustProject(world, projectId);
  const attachments = filesOf(world, projectId, files);
  return createSubmittal(world, adminOf(world, project.companyId, by), project, { ...fields, attachments });
}

/** Submittals: changes one; `steps` replace the workflow, and slots that name their id keep their answers. */
export function editSubmittal(
  world: World,
  { id, by, files = [], ...fields }: OnSubmittal & { files?: readonly GivenFile[] } & SubmittalFields,
): Submittal {
  const { submittal, actor } = subject(world, { id, by });
  return updateSubmittal(world, actor, submittal, { ...fields, attachments: filesOf(world, submittal.projectId, files) });
}

/** Submittals: makes the next revision of one. */
export function reviseSubmittal(world: World, { id, by, ...fields }: OnSubmittal & SubmittalFields): Submittal {
  const { submittal, actor } = subject(world, { id, by });
  return createSubmittal(world, actor, projectOf(world, submittal), fields, submittal);
}

/** Submittals: closes one, or opens it again, without telling anybody. */
export function setSubmittalState(world: World, { id, by, state }: OnSubmittal & { state: 'Open' | 'Closed' }): Submittal {
  const { submittal, actor } = subject(world, { id, by });
  return updateSubmittal(world, actor, submittal, { statusId: statusOfKind(world, submittal.companyId, state).id });
}

export function distributeSubmittal(world: World, { id, by, ...sending }: OnSubmittal & Sending): Submittal {
  const { submittal, actor } = subject(world, { id, by });
  return closeAndDistribute(world, actor, submittal, sending).submittal;
}

export function binSubmittal(world: World, given: OnSubmittal): Submittal {
  const { submittal, actor } = subject(world, given);
  return deleteSubmittal(world, actor, submittal);
}

export function retrieveSubmittal(world: World, given: OnSubmittal): Submittal {
  const { submittal, actor } = subject(world, given);
  return restoreSubmittal(world, actor, submittal);
}

interface AnswerByHand {
  /** The slot; its person unless `by` says otherwise. */
  approverId: Id;
  by?: Id | undefined;
  /** By its name in this project. */
  response: string;
  comment?: string | undefined;
  files?: readonly GivenFile[] | undefined;
  forwardTo?: Id | undefined;
  sendEmails?: boolean | undefined;
}

/** Submittals: answers in a slot, in Procore's own screen: its person, or an Admin in their place. */
export function answerByHand(world: World, { approverId, by, response, comment, ...given }: AnswerByHand): Submittal {
  const { submittal, slot } = mustSlot(world, approverId);
  const project = projectOf(world, submittal);
  const actor = byHand(by ?? slot.userId);
  const row = respond(world, actor, submittal, approverId, {
    responseId: mustResponse(world, project, response).id,
    comment,
    attachments: () => filesOf(world, project.id, given.files ?? []),
    forwardTo: given.forwardTo === undefined ? undefined : { userId: given.forwardTo },
  });
  if (given.sendEmails) mailAbout(world, actor, row, 'answered');
  return row;
}

/** Submittals: puts somebody else into a slot; what was answered in it stays. */
export function replaceApprover(
  world: World,
  { approverId, by, personId }: { approverId: Id; by?: Id; personId: Id },
): Submittal {
  const { submittal } = mustSlot(world, approverId);
  const steps = stepsOf(submittal).map((slots) =>
    slots.map(({ id, userId }) => ({ slotId: id, userId: id === approverId ? personId : userId })),
  );
  return updateSubmittal(world, adminOf(world, submittal.companyId, by), submittal, { steps });
}

/** Submittals: gives somebody one more slot, also who has one already. */
export function addApprover(
  world: World,
  { id, by, personId, step, required }: OnSubmittal & { personId: Id; step: number; required?: boolean },
): Submittal {
  const { submittal, actor } = subject(world, { id, by });
  const project = projectOf(world, submittal);
  if (!isSubmittalAdmin(world, actor.personId, project)) throw forbidden();
  const slot = newSlot(world, project, { userId: personId, required }, step);
  return change(world, actor, { ...submittal, approvers: [...submittal.approvers, slot] });
}

interface InProject {
  projectId: Id;
  by?: Id;
}

/** Submittals settings: offers one more response in a project. */
export function offerResponse(
  world: World,
  { projectId, by, name, considered }: InProject & { name: string; considered: Considered },
): SubmittalResponse {
  const project = mustProject(world, projectId);
  return addResponse(world, adminOf(world, project.companyId, by), project, { name, considered });
}

/** Submittals settings: offers a response no longer. */
export function withdrawResponse(world: World, { projectId, by, name }: InProject & { name: string }): void {
  const project = mustProject(world, projectId);
  removeResponse(world, adminOf(world, project.companyId, by), project, mustResponse(world, project, name));
}

/** Company settings: one more name for Draft, Open or Closed. */
export const addSubmittalStatus = addStatus;

function subject(world: World, { id, by }: OnSubmittal) {
  const submittal = world.submittals.get(id);
  if (!submittal) throw new RangeError(`no submittal has the id ${id}`);
  return { submittal, actor: adminOf(world, submittal.companyId, by) };
}

function mustSlot(world: World, approverId: Id): { submittal: Submittal; slot: SubmittalApprover } {
  for (const submittal of world.submittals.all()) {
    const slot = submittal.approvers.find(({ id }) => id === approverId);
    if (slot) return { submittal, slot };
  }
  throw new RangeError(`no approver has the id ${approverId}`);
}

function mustResponse(world: World, project: Project, name: string): SubmittalResponse {
  const found = offeredResponses(world, project).find((row) => row.name === name);
  if (!found) throw new RangeError(`the project offers no response called ${name}`);
  return found;
}

/** The slots by step; a gap between steps closes. */
function stepsOf({ approvers }: Submittal): SubmittalApprover[][] {
  const numbers = [...new Set(approvers.map(({ step }) => step))].sort((a, b) => a - b);
  return numbers.map((number) => approvers.filter(({ step }) => step === number));
}
