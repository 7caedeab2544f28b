import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import type { Call } from '../call.ts';
import { exactId } from '../exact.ts';
import { attachmentView } from '../files/attachments.ts';
import { loginReference } from '../views/projects.ts';
import { vendorReference } from '../views/users.ts';
import { plainText } from './bodies.ts';
import { repliesTo } from './records.ts';

/** A recycled RFI that was open is `recycled`; closed ones and drafts keep their word [sup]. */
const statusOf = ({ state, recycledAt }: Rfi): string => (recycledAt !== null && state === 'open' ? 'recycled' : state);

const nameOf = (world: World, personId: string): string | null => loginReference(world, personId)?.name ?? null;

/** Fields that the list and the single RFI share [oas]. */
function common({ world }: Call, rfi: Rfi) {
  const person = (id: string | null) => loginReference(world, id);
  const status = statusOf(rfi);
  return {
    id: exactId(rfi.id),
    number: rfi.number,
    full_number: rfi.number,
    prefix: null,
    subject: rfi.subject,
    status,
    translated_status: `${status.slice(0, 1).toUpperCase()}${status.slice(1)}`,
    private: rfi.private,
    reference: rfi.reference,
    due_date: rfi.dueDate,
    initiated_at: rfi.initiatedAt,
    time_resolved: rfi.resolvedAt,
    created_at: rfi.createdAt,
    updated_at: rfi.updatedAt,
    assignee: person(rfi.assigneeIds[0] ?? null),
    ball_in_court: person(rfi.ball.holderIds[0] ?? null),
    ball_in_courts: rfi.ball.holderIds.map(person),
    rfi_manager: person(rfi.managerId),
    received_from: person(rfi.receivedFromId),
    responsible_contractor: vendorReference(world, rfi.responsibleContractorId),
    location: rfi.locationId === null ? null : { id: exactId(rfi.locationId), name: null },
    cost_code: null,
    cost_impact: { status: null, value: null },
    schedule_impact: { status: null, value: null },
    custom_fields: {},
    ...(rfi.recycledAt === null ? {} : { deleted: true, deleted_at: rfi.recycledAt }),
  };
}

/** A row of the list and of the recycle bin: the question's text, no answers [sbx], no distribution list [oas]. */
export function listedRfi(call: Call, rfi: Rfi) {
  return {
    ...common(call, rfi),
    assignees: rfi.assigneeIds.map((id) => ({
      ...loginReference(call.world, id),
      response_required: rfi.requiredAssigneeIds.includes(id),
    })),
    created_by: loginReference(call.world, rfi.creatorId),
    location_id: exactId(rfi.locationId),
    project_stage: null,
    sub_job: null,
    link: `${call.origin}/webclients/projects/${rfi.projectId}/rfis/${rfi.id}`,
    questions: [{ id: exactId(rfi.question.id), body: rfi.question.body, errors: [] }],
  };
}

/** One RFI with its question and all answers. */
export function shownRfi(call: Call, rfi: Rfi) {
  const { world } = call;
  const { question } = rfi;
  return {
    ...common(call, rfi),
    assignees: rfi.assigneeIds.map((id) => loginReference(world, id)),
    draft: rfi.state === 'draft',
    accepted: rfi.state === 'closed',
    ball_in_court_role: rfi.ball.role,
    distribution_list: rfi.distributionIds.map((id) => loginReference(world, id)),
    drawing_ids: [],
    drawing_number: rfi.drawingNumber,
    specification_section: null,
    custom_textfield_1: null,
    custom_textfield_2: null,
    questions: [
      {
        id: exactId(question.id),
        question_date: question.askedAt,
        plain_text_body: plainText(question.body),
        rich_text_body: question.body,
        created_by: nameOf(world, question.authorId),
        attachments: question.attachments.map((file) => attachmentView(call, file)),
        answers: repliesTo(world, rfi).map((reply) => shownReply(call, reply)),
      },
    ],
  };
}

/** An answer; `created_by` is a name [oas]. */
export function shownReply(call: Call, reply: RfiReply) {
  return {
    id: exactId(reply.id),
    official: reply.official,
    answer_date: reply.createdAt,
    plain_text_body: plainText(reply.body),
    rich_text_body: reply.body,
    created_by: nameOf(call.world, reply.authorId),
    created_by_id: exactId(reply.authorId),
    attachments: reply.attachments.map((file) => attachmentView(call, file)),
  };
}
