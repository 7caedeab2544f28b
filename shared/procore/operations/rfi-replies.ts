import type { BoundCompany } from '../../domain/company.ts';
import type { ProcoreClient } from '../contract.ts';
import { collect, list, rest, write } from '../requests.ts';
import { type RfiReply, rfiReply } from './rfi-schema.ts';

export type { RfiReply } from './rfi-schema.ts';

export interface NewRfiReply {
  /** HTML or plain text; Procore may rewrite it. */
  readonly body: string;
  /** Sent only where it is said: it takes a right of its own. */
  readonly official?: boolean | undefined;
  /** Uploads of the same person, complete and not yet used. */
  readonly uploadIds?: readonly string[] | undefined;
  /**
   * Whether Procore is to mail those concerned. No `send_emails` is documented for replies [oas May 2026]; it is sent as responses to
   * submittals take it, and where Procore does not know it the settings of the project decide.
   */
  readonly sendEmails?: boolean | undefined;
}

/**
 * All answers to an RFI, oldest first. 404 where the token may not see the RFI.
 * @onlyTests
 */
export function listReplies(client: ProcoreClient<BoundCompany>, projectId: string, rfiId: string): Promise<readonly RfiReply[]> {
  const path = rest`v1.0/projects/${projectId}/rfis/${rfiId}/replies`;
  return collect(client.pages(list('listReplies', path, rfiReply)));
}

/**
 * Answers an RFI as the person whose token it is. A new answer at every call: Procore knows no idempotency here, and no later change of
 * the text. It takes Standard and to be an assignee or on the distribution list.
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

/** Marks an answer official, or no longer: an absolute value, and all of an answer that can be changed. It closes nothing. */
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
