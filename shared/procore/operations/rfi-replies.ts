import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { collect, list, rest, write } from '../requests.ts';
import { type RfiReply, rfiReply } from './rfi-schema.ts';

export type { RfiReply } from './rfi-schema.ts';

export interface NewRfiReply {
  /** HTML or plain text; Procore may rewrite it. */
  readonly body: string;
  /** Sent only if set: it needs a right of its own. */
  readonly official?: boolean | undefined;
  /** Complete, unused uploads of the same person. */
  readonly uploadIds?: readonly string[] | undefined;
  /**
   * Whether Procore should mail those concerned. No `send_emails` is documented for replies [oas May 2026]; it is sent as for
   * responses to submittals, and if Procore ignores it the project's settings decide.
   */
  readonly sendEmails?: boolean | undefined;
}

/**
 * All answers to an RFI, oldest first. 404 if the token may not see the RFI.
 * @onlyTests
 */
export function listReplies(client: ProcoreClient<BoundCompany>, projectId: string, rfiId: string): Promise<readonly RfiReply[]> {
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}/replies`;
  return collect(client.pages(list('listReplies', path, rfiReply)));
}

/**
 * Answers an RFI as the token's user. Creates a new answer on every call: Procore has no idempotency here, and the text cannot
 * be changed later. Needs Standard, and to be an assignee or on the distribution list.
 */
export async function createReply(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  rfiId: string,
  { body, official, uploadIds = [], sendEmails }: NewRfiReply,
  mayStillSend?: () => boolean,
): Promise<RfiReply> {
  const reply = { body, ...(official !== undefined && { official }), ...(uploadIds.length > 0 && { upload_ids: uploadIds }) };
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}/replies`;
  const query = sendEmails === undefined ? {} : { send_emails: sendEmails };
  return (await client.call({ ...write('createReply', 'POST', path, rfiReply, { reply }), query, mayStillSend })).value;
}

/**
 * Marks an answer official or not: an absolute value, and the only part of an answer that can be changed. It does not close the
 * RFI.
 */
export async function setOfficial(
  client: ProcoreClient<BoundCompany>,
  projectId: string,
  rfiId: string,
  replyId: string,
  official: boolean,
  mayStillSend?: () => boolean,
): Promise<RfiReply> {
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}/replies/${replyId}`;
  return (await client.call({ ...write('setOfficial', 'PATCH', path, rfiReply, { reply: { official } }), mayStillSend })).value;
}
