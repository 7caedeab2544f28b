import { faultIn, wordsOf } from '../../../domain/faults.ts';
import { type RfiReply, setOfficial } from '../../../procore/operations/rfi-replies.ts';
import type { Cause, MayStillSend, ProjectContext } from '../../stream.ts';
import type { RfiAnswer } from '../schema.ts';
import { groupKeyOf } from './intake.ts';
import type { Place } from './kinds.ts';
import { asPerson, responderOf } from './persons.ts';

export interface Mark {
  readonly official: boolean;
  /** Why it differs from the answer's wish. */
  readonly held?: Cause;
}

/**
 * Sets a reply's official mark to what its answer now wishes, as its author: an absolute value, so idempotent. If they may not,
 * a first version stays without the mark, as its receipt says; a later one, which only wished for that, is held.
 */
export async function markAsMeant(
  context: ProjectContext,
  { itemId, memberId }: Place,
  answer: RfiAnswer,
  reply: RfiReply,
  mayStillSend: MayStillSend,
): Promise<Mark> {
  const { responders, project } = context;
  const stands = { official: reply.official };
  if (reply.official === answer.official) return stands;
  const wasRefused = await wasRefusedBefore(context, answer.id);
  const isFirst = answer.receipt === null;
  if (isFirst && wasRefused) return stands;
  try {
    const marked = await asPerson(responders, memberId, (procore) =>
      setOfficial(procore, project.procoreProjectId, itemId, reply.id, answer.official, mayStillSend),
    );
    if (marked.official === answer.official) return { official: marked.official };
  } catch (error) {
    const fault = faultIn(error);
    if (!fault || fault.handling === 'retry') throw error;
    if (fault.kind === 'grant-lapsed' || fault.kind === 'renewal-held-back')
      return {
        ...stands,
        held: { reason: fault.kind, subject: fault.detail.subject ?? `person:${memberId}`, ...wordsOf(fault) },
      };
  }
  return isFirst || wasRefused ? stands : { ...stands, held: mayNot(memberId, responderOf(responders, memberId)?.name) };
}

/** Whether the mark was wished for when the reply was sent, and not given. */
async function wasRefusedBefore({ known }: ProjectContext, answerId: string): Promise<boolean> {
  const key = groupKeyOf(answerId);
  const written = (await known.writtenOf('rfi-replies', [key])).get(key)?.written;
  return String(written?.['official'] ?? '').startsWith('no');
}

const mayNot = (memberId: string, name = 'The author'): Cause => ({
  reason: 'person-lacks-access',
  subject: `person:${memberId}`,
  seen: `${name} may not choose the official answer in Procore; the reply stands there as it was`,
  needed: 'the right to mark official answers: it is marked by itself then; or whoever manages the RFI does it',
  where: 'Procore → the project → RFIs',
});
