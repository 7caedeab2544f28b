import { z } from 'zod';
import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { dayOrNull, id, idOrNull, textOrNull } from '../fields.ts';
import { numericId, rest, write } from '../requests.ts';
import { fileLists, filesIn } from './submittal-files.ts';

const slot = z
  .object({
    id,
    submittal_response_id: idOrNull,
    comment: textOrNull,
    returned_date: dayOrNull,
    attachments: fileLists.attachments,
  })
  .transform((row) => ({
    approverId: row.id,
    responseId: row.submittal_response_id,
    comment: row.comment,
    returnedAt: row.returned_date,
    attachments: filesIn(row),
  }));

/** A slot after an answer. It does not say who holds the ball: the submittal must be read again for that. */
export type AnsweredSlot = z.output<typeof slot>;

/** A list of slots, as in the operation data of May 2026, or a single one. */
const answered = z.union([z.array(slot), slot.transform((one) => [one])]);

export interface SubmittalAnswer {
  readonly approverId: string;
  readonly projectId: string;
  readonly submittalId: string;
  readonly responseId: string;
  /** HTML or plain text; null: none. */
  readonly comment: string | null;
  /** Complete uploads of the token's own user. */
  readonly uploadIds: readonly string[];
  /** Procore mails nobody unless this is true. */
  readonly sendEmails: boolean;
}

/**
 * Answers in a slot of a workflow as the token's user. Not idempotent: sent twice, it may attach the files twice. Null: Procore
 * accepted it and did not name the slot.
 */
export async function respond(
  client: ProcoreClient<BoundCompany>,
  answer: SubmittalAnswer,
  mayStillSend?: () => boolean,
): Promise<AnsweredSlot | null> {
  const { approverId, projectId, submittalId, responseId, comment, uploadIds, sendEmails } = answer;
  const submittal_approver = {
    submittal_response_id: numericId(responseId),
    ...(comment !== null && { comment }),
    ...(uploadIds.length > 0 && { upload_ids: uploadIds }),
  };
  const request = write('respondToSubmittal', 'PATCH', rest`v1.0/submittal_approvers/${approverId}`, answered, {
    submittal_approver,
  });
  const query = {
    project_id: numericId(projectId).value,
    submittal_id: numericId(submittalId).value,
    send_emails: sendEmails,
  };
  const { value } = await client.call({ ...request, query, mayStillSend });
  return value.find((one) => one.approverId === approverId) ?? null;
}
