import type { Id } from '../../kernel/model.ts';
import type { Rfi, RfiReply } from '../../kernel/model-rfis.ts';
import type { World } from '../../kernel/world.ts';
import { type Actor, commit } from '../actor.ts';
import { mintRfiId } from './records.ts';

/** One mail as the ledger keeps it, under `rfi-mails`. Nothing is really sent. */
export interface RfiMail {
  id: Id;
  rfiId: Id;
  /** The answer that it tells of. */
  replyId: Id;
  to: readonly { personId: Id; email: string }[];
}

/**
 * Notes the mail about an answer that came by the API: to whoever holds the ball, the manager, the assignees and the distribution, each
 * once, but not to who gave it. Whom Procore really writes to depends on settings of the project [unk]. `asked`: what `send_emails` said;
 * whether a reply knows it is the switch `replyMails`.
 */
export function mailAboutReply(world: World, actor: Actor, reply: RfiReply, asked: boolean): void {
  const rule = world.switches.get('replyMails');
  const rfi = world.rfis.get(reply.rfiId);
  if (!rfi || rule === 'never' || (rule === 'asked' && !asked)) return;
  const people = concerned(rfi)
    .filter((id) => id !== actor.personId)
    .flatMap((id) => world.people.get(id) ?? []);
  if (people.length === 0) return;
  const to = people.map(({ id, email }) => ({ personId: id, email }));
  const { companyId, projectId } = rfi;
  const row: RfiMail = { id: mintRfiId(world, companyId), rfiId: rfi.id, replyId: reply.id, to };
  commit(world, actor, { resource: 'rfi-mails', id: row.id, action: 'create', companyId, projectId, row });
}

const concerned = ({ ball, managerId, assigneeIds, distributionIds }: Rfi): readonly Id[] => [
  ...new Set([...ball.holderIds, ...(managerId === null ? [] : [managerId]), ...assigneeIds, ...distributionIds]),
];
