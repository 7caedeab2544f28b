import type { Id } from '../../kernel/model.ts';
import { isFields } from '../../kernel/request.ts';
import { givenFlag, givenId, givenText, givenTextOrNull } from '../given.ts';
import { badRequest } from '../refusal.ts';

type Body = Record<string, unknown>;

/** What a writer says of an RFI. `undefined`: not mentioned. */
export interface RfiFields {
  subject?: string | undefined;
  reference?: string | null | undefined;
  number?: string | null | undefined;
  draft?: boolean | undefined;
  private?: boolean | undefined;
  accepted?: boolean | undefined;
  /** As sent; a malformed one is stored as null without complaint [doc]. */
  dueDate?: string | null | undefined;
  managerId?: Id | null | undefined;
  assigneeIds?: readonly Id[] | undefined;
  requiredAssigneeIds?: readonly Id[] | undefined;
  distributionIds?: readonly Id[] | undefined;
  receivedFromId?: Id | null | undefined;
  responsibleContractorId?: Id | null | undefined;
  locationId?: Id | null | undefined;
  drawingNumber?: string | null | undefined;
  /** The question's text. */
  body?: string | undefined;
}

/** Reads `rfi` of a body; 400 for a field of a wrong type. Fields that are not modelled are ignored. */
export function readRfi(rfi: Body): RfiFields {
  const single = givenId(rfi, 'assignee_id');
  return {
    subject: givenText(rfi, 'subject'),
    reference: givenTextOrNull(rfi, 'reference'),
    number: givenTextOrNull(rfi, 'number'),
    draft: givenFlag(rfi, 'draft'),
    private: givenFlag(rfi, 'private'),
    accepted: givenFlag(rfi, 'accepted'),
    dueDate: givenTextOrNull(rfi, 'due_date'),
    managerId: givenId(rfi, 'rfi_manager_id'),
    // The older single field counts where the list is absent [oas].
    assigneeIds: givenIds(rfi, 'assignee_ids') ?? (single ? [single] : undefined),
    requiredAssigneeIds: givenIds(rfi, 'required_assignee_ids'),
    distributionIds: givenIds(rfi, 'distribution_ids'),
    receivedFromId: givenId(rfi, 'received_from_login_information_id'),
    responsibleContractorId: givenId(rfi, 'responsible_contractor_id'),
    locationId: givenId(rfi, 'location_id'),
    drawingNumber: givenTextOrNull(rfi, 'drawing_number'),
    body: givenText(questionOf(rfi), 'body'),
  };
}

/** Uploads to hang on the question. */
export const questionUploads = (rfi: Body): readonly string[] => givenUploads(questionOf(rfi));

function questionOf(rfi: Body): Body {
  const question = rfi['question'];
  if (question === undefined || isFields(question)) return question ?? {};
  throw badRequest('question is invalid');
}

/** A list of ids, each once; 400 where it is none. */
export function givenIds(fields: Body, name: string): readonly Id[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badRequest(`${name} is invalid`);
  const ids = value.map((id: unknown) => givenId({ [name]: id }, name));
  return [...new Set(ids.filter((id): id is Id => typeof id === 'string'))];
}

/** `upload_ids` of a question or a reply. */
export function givenUploads(fields: Body): readonly string[] {
  const value = fields['upload_ids'] ?? [];
  if (!Array.isArray(value) || value.some((id: unknown) => typeof id !== 'string')) throw badRequest('upload_ids is invalid');
  return value.map(String);
}
