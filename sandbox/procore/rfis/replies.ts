import type { Id } from '../../kernel/model.ts';
import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { badRequest, forbidden, invalid, missing } from '../refusal.ts';
import { afterReply } from './ball.ts';
import { storedBody } from './bodies.ts';
import { dropReply, mintRfiId, projectOf, saveReply, saveRfi, touched } from './records.ts';
import { type Attach, nothingAttached } from './rfis.ts';
import { mayManage, mayMarkOfficial, mayReply, memberOf } from './rights.ts';

export interface NewReply {
  /** Whose answer it is; the writer's own where absent. Another's is entered by who manages the RFI. */
  authorId?: Id;
  body: string;
  official?: boolean | undefined;
}

/** Adds an answer. Nothing recognises a repeat: the same call twice leaves two. */
export function createReply(world: World, actor: Actor, rfi: Rfi, given: NewReply, attach: Attach = nothingAttached): RfiReply {
  const { authorId = actor.personId, body } = given;
  const project = projectOf(world, rfi);
  if (authorId !== actor.personId && !mayManage(memberOf(world, project, actor.personId), rfi)) throw forbidden();
  if (!mayReply(memberOf(world, project, authorId), rfi)) throw forbidden();
  refuseByState(world, rfi);
  const official = officialAllowed(world, actor, rfi, given.official ?? false);
  if (body.trim() === '') throw missing('body');
  const { companyId, projectId } = rfi;
  const reply = saveReply(world, actor, 'create', {
    attachments: attach(),
    id: mintRfiId(world, companyId),
    companyId,
    projectId,
    rfiId: rfi.id,
    authorId,
    official,
    body: storedBody(world, body),
    clientId: actor.clientId,
    createdAt: world.clock.instant(),
  });
  const rule = world.switches.get('ballMovesOnReply');
  // In its own screens the ball moves in any case [sup].
  const ball = afterReply(rfi, authorId, actor.clientId === null && rule === 'never' ? 'required-replied' : rule);
  noteOnRfi(world, actor, rfi.state === 'open' ? { ...rfi, ball } : rfi);
  return reply;
}

/** Official or not is all that a reply's change can be; it never closes the RFI [sbx]. */
export function setOfficial(world: World, actor: Actor, rfi: Rfi, reply: RfiReply, wanted: boolean): RfiReply {
  const official = officialAllowed(world, actor, rfi, wanted, reply.official);
  const saved = saveReply(world, actor, 'update', { ...reply, official });
  noteOnRfi(world, actor, rfi);
  return saved;
}

/** Deletes an answer for good: replies have no bin [oas]. */
export function deleteReply(world: World, actor: Actor, rfi: Rfi, reply: RfiReply): void {
  if (!mayManage(memberOf(world, projectOf(world, rfi), actor.personId), rfi)) throw forbidden();
  dropReply(world, actor, reply);
  noteOnRfi(world, actor, rfi);
}

function refuseByState(world: World, rfi: Rfi): void {
  if (rfi.state === 'draft') throw badRequest('This RFI is a draft.');
  const rule = world.switches.get('replyWhenClosed');
  if (rfi.state === 'open' || rule === 'allow') return;
  throw rule === 'refuse-403' ? forbidden('This RFI is closed.') : invalid('base', 'This RFI is closed.');
}

/** What the mark becomes when somebody wants it so. */
function officialAllowed(world: World, actor: Actor, rfi: Rfi, wanted: boolean, before = false): boolean {
  const member = memberOf(world, projectOf(world, rfi), actor.personId);
  const rule = world.switches.get('officialByStandard');
  if (wanted === before || mayMarkOfficial(member, rfi) || (rule === 'allow' && member.writes)) return wanted;
  if (rule === 'dropped') return before;
  throw forbidden();
}

/** The RFI after something happened to its replies: the time of its change moves by switch [inf]. */
function noteOnRfi(world: World, actor: Actor, rfi: Rfi): void {
  saveRfi(world, actor, 'update', world.switches.get('rfiUpdatedOnReply') ? touched(world, rfi) : rfi);
}
