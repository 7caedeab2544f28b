import type { Id } from '../../kernel/model.ts';
import type { Rfi } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { badRequest, forbidden } from '../refusal.ts';
import { awaitedOf, forwardedTo, withAssignees, withManager } from './ball.ts';
import { refused } from './people.ts';
import { projectOf, saveRfi, touched } from './records.ts';
import { type Member, mayManage, memberOf } from './rights.ts';

/**
 * Gives the ball of an open RFI to the other side: whoever manages it both ways, an assignee who has it and has replied to the manager
 * [oas]. 403 for everybody else; 400 [inf] where the RFI is not open or the assignee has not replied.
 */
export function advanceBall(world: World, actor: Actor, rfi: Rfi): Rfi {
  needOpen(rfi);
  const member = memberOf(world, projectOf(world, rfi), actor.personId);
  if (!mayManage(member, rfi)) needOwnTurn(world, member, rfi);
  const ball = rfi.ball.role === 'Assignees' ? withManager(rfi) : withAssignees(rfi);
  return saveRfi(world, actor, 'update', touched(world, { ...rfi, ball }));
}

function needOwnTurn(world: World, member: Member, rfi: Rfi): void {
  if (!member.writes || !holdsAsAssignee(member, rfi)) throw forbidden();
  if (!rfi.ball.repliedIds.includes(member.id)) throw badRequest('You have not responded to this RFI.');
  if (!world.switches.get('advancePastRequired') && awaitedOf(rfi, rfi.ball).length > 0)
    throw badRequest('A required response is missing.');
}

const holdsAsAssignee = ({ id }: Member, { ball }: Rfi): boolean => ball.role === 'Assignees' && ball.holderIds.includes(id);

/** An assignee who has the ball asks one other person for a review, who thereby becomes an assignee and has the ball [oas, sup]. */
export function forwardForReview(world: World, actor: Actor, rfi: Rfi, toIds: readonly Id[]): Rfi {
  needOpen(rfi);
  const project = projectOf(world, rfi);
  const member = memberOf(world, project, actor.personId);
  if (!member.writes || !holdsAsAssignee(member, rfi)) throw forbidden();
  const [toId, ...more] = toIds;
  if (toId === undefined || more.length > 0) throw refused('forwardees', 'must be one');
  if (toId === member.id || !memberOf(world, project, toId).writes) throw refused('forwardees', 'invalid');
  const assigneeIds = [...new Set([...rfi.assigneeIds, toId])];
  return saveRfi(world, actor, 'update', touched(world, { ...rfi, assigneeIds, ball: forwardedTo(rfi.ball, toId) }));
}

function needOpen(rfi: Rfi): void {
  if (rfi.state !== 'open') throw badRequest('This RFI is not open.');
}
