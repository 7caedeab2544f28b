import type { Id } from '../../kernel/model.ts';
import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, byHand } from '../actor.ts';
import { type NewFile, seedAttachment } from '../files/attachments.ts';
import type { RfiFields } from '../rfis/fields.ts';
import { advanceBall, forwardForReview } from '../rfis/moves.ts';
import { createReply, deleteReply, type NewReply, setOfficial } from '../rfis/replies.ts';
import { type Attach, createRfi, recycleRfi, retrieveRfi, updateRfi } from '../rfis/rfis.ts';
import { adminOf, mustProject } from './subjects.ts';

/** A file that a person hangs on something at their own screen. */
export type HandFile = Pick<NewFile, 'filename' | 'contentType'> & { size: number };

/** RFIs: a person writes one at their own screen; `by` is held to their rights, here and below. */
export function createRfiByHand(
  world: World,
  { projectId, by, files }: { projectId: Id; by: Id; files?: readonly HandFile[] | undefined },
  fields: RfiFields,
): Rfi {
  return createRfi(world, byHand(by), mustProject(world, projectId), fields, filesOf(world, projectId, files));
}

/** Who does something to an RFI that is there: the person named, else the company's first admin. */
export interface OnRfi {
  id: Id;
  by?: Id | undefined;
}

export function editRfiByHand(world: World, on: OnRfi, fields: RfiFields): Rfi {
  return updateRfi(world, ...actorAnd(world, on), fields);
}

export function closeRfiByHand(world: World, on: OnRfi): Rfi {
  return editRfiByHand(world, on, { accepted: true });
}

export function reopenRfiByHand(world: World, on: OnRfi): Rfi {
  return editRfiByHand(world, on, { accepted: false });
}

export function recycleRfiByHand(world: World, on: OnRfi): Rfi {
  return recycleRfi(world, ...actorAnd(world, on));
}

export function retrieveRfiByHand(world: World, on: OnRfi): Rfi {
  return retrieveRfi(world, ...actorAnd(world, on));
}

/** The other side gets the ball. */
export function advanceBallByHand(world: World, on: OnRfi): Rfi {
  return advanceBall(world, ...actorAnd(world, on));
}

export function forwardRfiByHand(world: World, { to, ...on }: OnRfi & { to: Id }): Rfi {
  return forwardForReview(world, ...actorAnd(world, on), [to]);
}

export interface HandAnswer extends Omit<NewReply, 'authorId'> {
  id: Id;
  by: Id;
  files?: readonly HandFile[] | undefined;
}

/** A person answers at their own screen. */
export function answerByHand(world: World, { id, by, files, ...reply }: HandAnswer): RfiReply {
  const rfi = mustRfi(world, id);
  return createReply(world, byHand(by), rfi, reply, filesOf(world, rfi.projectId, files));
}

/** A person answers the mail that told them of the RFI: plain text becomes paragraphs, and nothing is marked official. */
export function answerByEmail(world: World, { id, by, body }: { id: Id; by: Id; body: string }): RfiReply {
  const text = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const paragraphs = text.split(/\n{2,}/).map((part) => `<p>${part.replaceAll('\n', '<br>')}</p>`);
  return createReply(world, byHand(by), mustRfi(world, id), { body: paragraphs.join('') });
}

/** An admin or the manager enters the answer of somebody else, whose it then is [inf]. */
export function answerForAnother(
  world: World,
  given: OnRfi & { of: Id; body: string; official?: boolean | undefined },
): RfiReply {
  const { id, by, of, ...reply } = given;
  return createReply(world, ...actorAnd(world, { id, by }), { ...reply, authorId: of });
}

/** Marks an answer official or not; `id` is the reply's. */
export function setOfficialByHand(world: World, { id, by, official }: OnRfi & { official: boolean }): RfiReply {
  const reply = mustReply(world, id);
  return setOfficial(world, ...actorAnd(world, { id: reply.rfiId, by }), reply, official);
}

/** Deletes an answer; `id` is the reply's. */
export function deleteAnswerByHand(world: World, { id, by }: OnRfi): void {
  const reply = mustReply(world, id);
  deleteReply(world, ...actorAnd(world, { id: reply.rfiId, by }), reply);
}

function actorAnd(world: World, { id, by }: OnRfi): [Actor, Rfi] {
  const rfi = mustRfi(world, id);
  return [adminOf(world, rfi.companyId, by), rfi];
}

const filesOf =
  (world: World, projectId: Id, files: readonly HandFile[] = []): Attach =>
  () =>
    files.map((file) => seedAttachment(world, { projectId, ...file }));

function mustRfi(world: World, id: Id): Rfi {
  const rfi = world.rfis.get(id);
  if (!rfi) throw new RangeError(`no RFI has the id ${id}`);
  return rfi;
}

function mustReply(world: World, id: Id): RfiReply {
  const reply = world.rfiReplies.get(id);
  if (!reply) throw new RangeError(`no reply to an RFI has the id ${id}`);
  return reply;
}
