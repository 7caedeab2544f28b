import type { SubmittalApprover } from '../../kernel/model-submittals.ts';
import { isFields } from '../../kernel/request.ts';
import { type Call, idParam, needToolLevel, projectSeen } from '../call.ts';
import { exactId } from '../exact.ts';
import { attachmentView } from '../files/attachments.ts';
import { givenId, givenText, neededId } from '../given.ts';
import { badRequest, notFound } from '../refusal.ts';
import type { Answer as Reply, Route } from '../routing.ts';
import { sendsEmails } from '../send-emails.ts';
import { listed } from '../unfolded.ts';
import { objectOf, readDate, readIds } from './body.ts';
import { mailAbout } from './mails.ts';
import { type Answer, respond } from './respond.ts';
import { seesSubmittal } from './sight.ts';
import { filesOfAnswer } from './uploads.ts';

/** Responds. Project and submittal are named in the query; one that the caller must not see is 404. */
function update(call: Call): Reply {
  const { world, query, person, actor } = call;
  const named = { project_id: query.get('project_id') ?? undefined, submittal_id: query.get('submittal_id') ?? undefined };
  const project = needToolLevel(call, projectSeen(call, neededId(named, 'project_id')), 'submittals', 'Read Only');
  const submittal = world.submittals.get(neededId(named, 'submittal_id'));
  const seen = submittal?.projectId === project.id && seesSubmittal(world, person.id, project, submittal);
  if (!seen || submittal.deletedAt !== null) throw notFound();
  const id = idParam(call, 'id');
  const row = respond(world, actor, submittal, id, readAnswer(call));
  if (sendsEmails(call)) mailAbout(world, actor, row, 'answered');
  return { status: 200, body: row.approvers.filter((slot) => slot.id === id).map((slot) => print(call, slot)) };
}

function readAnswer(call: Call): Answer {
  const body = objectOf(call, 'submittal_approver');
  const uploadIds = readUploadIds(body);
  return {
    responseId: givenId(body, 'submittal_response_id') ?? null,
    comment: givenText(body, 'comment'),
    attachments: (slot) => filesOfAnswer(call, slot, uploadIds),
    carriedForwardIds: readCarried(body),
    sentDate: readDate(body, 'sent_date'),
    returnedDate: readDate(body, 'returned_date'),
    forwardTo: readForward(body),
  };
}

function readUploadIds(body: Record<string, unknown>): string[] {
  if (body['upload_ids'] === undefined) return [];
  const items = listed(body['upload_ids']);
  if (!items?.every((item) => typeof item === 'string')) throw badRequest('upload_ids is invalid');
  return items;
}

function readCarried(body: Record<string, unknown>): string[] | undefined {
  const ofObjects = listed(body['associated_attachments'])
    ?.filter(isFields)
    .map((item) => neededId(item, 'attachment_id'));
  return ofObjects ?? readIds(body, 'attachment_ids');
}

function readForward(body: Record<string, unknown>): Answer['forwardTo'] {
  const given = body['forward_to'];
  return isFields(given) ? { userId: neededId(given, 'user_id'), dueDate: readDate(given, 'due_date') } : undefined;
}

function print(call: Call, slot: SubmittalApprover) {
  return {
    id: exactId(slot.id),
    attachments: slot.attachments.map((one) => attachmentView(call, one)),
    comment: slot.comment,
    returned_date: slot.returnedDate,
    sent_date: slot.sentDate,
    days_to_respond: slot.daysToRespond,
    submittal_response_id: exactId(slot.responseId),
  };
}

/** The answer is a list of the one slot [oas]. */
export const approverRoutes: readonly Route[] = [
  { method: 'PATCH', path: '/rest/v1.0/submittal_approvers/{id}', answer: update },
];
