import type { Attachment } from '../../kernel/model-files.ts';
import type { Distribution, Submittal, SubmittalApprover, SubmittalResponse } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import type { Call } from '../call.ts';
import { exactId } from '../exact.ts';
import { attachmentView } from '../files/attachments.ts';
import { loginReference } from '../views/projects.ts';
import { vendorReference } from '../views/users.ts';
import { offeredResponses } from './responses.ts';
import { projectOf } from './submittals.ts';
import { ballInCourt } from './workflow.ts';

export function responseView({ id, name, considered }: SubmittalResponse) {
  return { id: exactId(id), name, considered };
}

/** A row of the lists: its files only as `associated_attachments`, but every approver with step and response [oas]. */
export function listedSubmittal(call: Call, row: Submittal) {
  const last = row.distributions.at(-1);
  return {
    ...submittalFields(call, row),
    ball_in_court: ballInCourt(call.world, row).map((id) => holder(call, row, id)),
    associated_attachments: row.attachments.map((one) => associated(call, one)),
    approvers: row.approvers.map((slot) => ({
      ...approverFields(call, row, slot),
      associated_attachments: slot.attachments.map((one) => associated(call, one)),
    })),
    last_distributed_submittal: last ? distributionView(call.world, last) : null,
  };
}

/** One submittal, as show and the answers to writes have it. */
export function shownSubmittal(call: Call, row: Submittal) {
  return {
    ...submittalFields(call, row),
    source_submittal_log_id: exactId(row.sourceId),
    for_record_only: false,
    open_date: row.openDate,
    ball_in_court: ballInCourt(call.world, row).map((id) => loginReference(call.world, id)),
    attachments: row.attachments.map((one) => attachmentView(call, one)),
    attachments_count: row.attachments.length,
    associated_attachments: row.attachments.map((one) => associated(call, one)),
    approvers: row.approvers.map((slot) => ({
      ...approverFields(call, row, slot),
      distributed: row.distributions.some(({ approverIds }) => approverIds.includes(slot.id)),
      attachments: slot.attachments.map((one) => attachmentView(call, one)),
      submittal_associated_attachment_ids: slot.carriedForwardIds.map((id) => exactId(id)),
    })),
    distributed_submittals: row.distributions.map((one) => distributionView(call.world, one)),
    ...(row.deletedAt === null ? {} : { deleted_at: row.deletedAt }),
  };
}

function submittalFields({ world }: Call, row: Submittal) {
  const status = world.submittalStatuses.get(row.statusId);
  return {
    id: exactId(row.id),
    number: row.number,
    revision: row.revision,
    formatted_number: `${row.number}-${row.revision}`,
    title: row.title,
    description: row.description,
    current_revision: row.currentRevision,
    private: row.private,
    status: status ? { id: exactId(status.id), name: status.name, status: status.status } : null,
    type: row.type === null ? null : { id: null, name: row.type, translated_name: row.type },
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    submit_by: row.submitBy,
    due_date: row.dueDate,
    issue_date: row.issueDate,
    received_date: row.receivedDate,
    required_on_site_date: row.requiredOnSiteDate,
    distributed_at: row.distributions.at(-1)?.sentAt ?? null,
    closed_at: row.closedAt,
    created_by: loginReference(world, row.createdBy),
    received_from: loginReference(world, row.receivedFromId),
    submittal_manager: loginReference(world, row.managerId),
    responsible_contractor: vendorReference(world, row.responsibleContractorId),
    distribution_members: row.distributionIds.map((id) => loginReference(world, id)),
    specification_section: null,
    submittal_package: null,
    scheduled_task: null,
    drawing_ids: [],
    linked_drawing_ids: [],
    custom_fields: {},
  };
}

function approverFields({ world }: Call, row: Submittal, slot: SubmittalApprover) {
  return {
    id: exactId(slot.id),
    approver_type: slot.type,
    user: loginReference(world, slot.userId),
    response: responseOf(world, row, slot),
    response_required: slot.required,
    comment: slot.comment,
    sent_date: slot.sentDate,
    due_date: slot.dueDate,
    returned_date: slot.returnedDate,
    days_to_respond: slot.daysToRespond,
    workflow_group_number: slot.step,
    variance: null,
  };
}

/** Before an answer: the project's own pending response, or null, by switch [unk]. */
function responseOf(world: World, row: Submittal, { responseId }: SubmittalApprover) {
  const given = responseId === null ? undefined : world.submittalResponses.get(responseId);
  if (given) return responseView(given);
  if (world.switches.get('unansweredResponse') === 'null') return null;
  const pending = offeredResponses(world, projectOf(world, row)).find(({ considered }) => considered === 'pending');
  return pending ? responseView(pending) : null;
}

function holder({ world }: Call, { companyId }: Submittal, personId: string) {
  const person = world.people.get(personId);
  const vendorId = world.companyUsers.get(`${companyId}:${personId}`)?.vendorId ?? null;
  return {
    ...loginReference(world, personId),
    initials: person ? `${[...person.firstName][0] ?? ''}${[...person.lastName][0] ?? ''}` : '',
    vendor: vendorReference(world, vendorId),
  };
}

/** An attachment as part of the workflow: `id` is the link's own, `attachment_id` the file's [oas]. */
function associated(call: Call, attachment: Attachment) {
  const { id, filename, content_type, url } = attachmentView(call, attachment);
  const state = call.world.storage.files.get(attachment.id)?.state ?? 'missing';
  return {
    id: exactId(String(BigInt(attachment.id) + 1_000_000n)),
    attachment_id: id,
    filename,
    content_type,
    url,
    state,
    additional_page_count: 0,
    document_markup_layer_id: null,
    markup_updated_at: null,
    version_timestamp: null,
  };
}

export function distributionView(world: World, { id, message, sentAt, by, to, approverIds }: Distribution) {
  return {
    id: exactId(id),
    message,
    sent_at: sentAt,
    distributed_by: loginReference(world, by),
    distributed_to: to.map((personId) => loginReference(world, personId)),
    distributed_attachments: [],
    selected_approver_ids: approverIds.map((approverId) => exactId(approverId)),
  };
}
