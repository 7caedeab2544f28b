import type { Id, Project } from '../../kernel/model.ts';
import type { Attachment } from '../../kernel/model-files.ts';
import { approverTypes } from '../../kernel/model-submittals.ts';
import { isFields } from '../../kernel/request.ts';
import type { Call } from '../call.ts';
import { readDay } from '../daily-log/dates.ts';
import { givenFlag, givenId, givenText, givenTextOrNull, givenWholeNumber, neededId } from '../given.ts';
import { badRequest, invalid, missing } from '../refusal.ts';
import { listed, unfolded } from '../unfolded.ts';
import type { PlannedSlot, PlannedSteps } from './slots.ts';
import type { SubmittalFields } from './submittals.ts';

type Body = Record<string, unknown>;

/** The object of that name in a body of JSON or of form fields; 400 without it. */
export function objectOf(call: Call, name: string): Body {
  const fields = unfolded(call.body)[name];
  if (!isFields(fields)) throw badRequest(`param is missing or the value is empty: ${name}`);
  return fields;
}

/** The fields of a submittal in a body, and the one it shall be a revision of. Malformed dates are null without complaint [doc]. */
export function readSubmittal(call: Call, project: Project): SubmittalFields & { sourceId: Id | null | undefined } {
  const body = objectOf(call, 'submittal');
  return {
    number: givenText(body, 'number'),
    revision: givenText(body, 'revision'),
    title: givenText(body, 'title'),
    description: givenTextOrNull(body, 'description'),
    type: givenTextOrNull(body, 'type'),
    private: givenFlag(body, 'private'),
    receivedFromId: givenId(body, 'received_from_id'),
    responsibleContractorId: givenId(body, 'responsible_contractor_id'),
    distributionIds: readIds(body, 'distribution_member_ids'),
    dueDate: readDate(body, 'due_date'),
    statusId: givenId(body, 'status_id'),
    managerId: givenId(body, 'submittal_manager_id'),
    submitBy: readDate(body, 'submit_by'),
    issueDate: readDate(body, 'issue_date'),
    receivedDate: readDate(body, 'received_date'),
    requiredOnSiteDate: readDate(body, 'required_on_site_date'),
    steps: readSteps(call, body),
    attachments: readFiles(call, project, readIds(body, 'prostore_file_ids')),
    sourceId: givenId(body, 'source_submittal_log_id'),
  };
}

/** 400 where a body must name a number and does not [oas]. */
export function neededNumber({ number, sourceId }: { number?: string | undefined; sourceId: Id | null | undefined }): void {
  if (!number && !sourceId) throw missing('number');
}

export function readDate(body: Body, name: string): string | null | undefined {
  const text = givenTextOrNull(body, name);
  return text === undefined ? undefined : readDay(text);
}

/** A list of ids; 400 for anything else. */
export function readIds(body: Body, name: string): Id[] | undefined {
  if (body[name] === undefined) return undefined;
  const items = listed(body[name]);
  if (!items) throw badRequest(`${name} is invalid`);
  return items.map((item) => neededId({ [name]: item }, name));
}

/** Refused in JSON by that very sentence; only multipart bodies may carry it [oas]. */
function readSteps({ contentType }: Call, body: Body): PlannedSteps | undefined {
  if (body['workflow_data'] === undefined) return undefined;
  const steps = listed(body['workflow_data']);
  if (!contentType.includes('multipart/form-data') || !steps) throw badRequest('Error Updating Approvers.');
  return steps.map((step) => (listed(step) ?? []).filter(isFields).map(readSlot));
}

function readSlot(item: Body): PlannedSlot {
  return {
    slotId: givenId(item, 'submittal_log_approver_id'),
    userId: neededId(item, 'login_information_id'),
    type: approverTypes.find((type) => type === item['approver_type']),
    required: givenFlag(item, 'response_required'),
    daysToRespond: givenWholeNumber(item, 'days_to_respond'),
    dueDate: readDate(item, 'due_date'),
  };
}

/** Files that lie in this project's storage already. */
function readFiles({ world }: Call, project: Project, ids: readonly Id[] | undefined): Attachment[] | undefined {
  return ids?.map((id) => {
    const file = world.storage.files.get(id);
    if (file?.projectId !== project.id) throw invalid('prostore_file_ids', `there is no file ${id} in this project`);
    return file.attachment;
  });
}
