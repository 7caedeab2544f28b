import type { Id } from '../../kernel/model.ts';
import type { Ball, BallRole, Rfi } from '../../kernel/model-rfis.ts';
import type { SwitchValue } from '../../kernel/switches.ts';

/**
 * The ball in court, as data. A draft's is with its creator; opened, with the assignees; then with the RFI manager, who gives it back
 * or closes the RFI, whose ball nobody has. An assignee may ask one other person for a review, who has it meanwhile [sup].
 */
const held = (role: BallRole | null, holderIds: readonly Id[]): Ball => ({ role, holderIds, forwards: [], repliedIds: [] });

export const withCreator = ({ creatorId }: Pick<Rfi, 'creatorId'>): Ball => held('Creator', [creatorId]);
export const withAssignees = ({ assigneeIds }: Pick<Rfi, 'assigneeIds'>): Ball => held('Assignees', assigneeIds);
export const withManager = ({ managerId }: Pick<Rfi, 'managerId'>): Ball => held('RFI Manager', [managerId]);
export const withNobody: Ball = held(null, []);

/** After a reply: the reviewer's gives the ball back; the last required assignee's gives it to the manager [sup, sbx]. */
export function afterReply(rfi: Rfi, authorId: Id, rule: SwitchValue<'ballMovesOnReply'>): Ball {
  const ball = { ...rfi.ball, repliedIds: [...new Set([...rfi.ball.repliedIds, authorId])] };
  if (ball.role !== 'Assignees' || rule === 'never') return ball;
  const review = ball.forwards.at(-1);
  if (review) return review.toId === authorId ? afterReview(ball) : ball;
  const isLast =
    rfi.requiredAssigneeIds.length > 0
      ? awaitedOf(rfi, ball).length === 0
      : rule === 'any-assignee' && rfi.assigneeIds.includes(authorId);
  return isLast ? withManager(rfi) : ball;
}

/** Required assignees who have not replied yet. */
export const awaitedOf = ({ requiredAssigneeIds }: Rfi, { repliedIds }: Ball): readonly Id[] =>
  requiredAssigneeIds.filter((id) => !repliedIds.includes(id));

/** The latest review is over: the ball is where it was before. */
export function afterReview(ball: Ball): Ball {
  return { ...ball, holderIds: ball.forwards.at(-1)?.heldBefore ?? ball.holderIds, forwards: ball.forwards.slice(0, -1) };
}

export function forwardedTo(ball: Ball, toId: Id): Ball {
  return { ...ball, holderIds: [toId], forwards: [...ball.forwards, { toId, heldBefore: ball.holderIds }] };
}

/** After a change of assignees or manager the ball stays on its side, with whoever is there now; a reviewer taken off loses it. */
export function afterChangeOfPeople(rfi: Rfi): Ball {
  const { ball } = rfi;
  if (ball.role === 'RFI Manager') return { ...ball, holderIds: [rfi.managerId] };
  if (ball.role !== 'Assignees') return ball;
  const review = ball.forwards.at(-1);
  return review && rfi.assigneeIds.includes(review.toId) ? ball : { ...ball, holderIds: rfi.assigneeIds, forwards: [] };
}
