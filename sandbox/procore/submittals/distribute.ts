import type { Id } from '../../kernel/model.ts';
import type { Distribution, Submittal } from '../../kernel/model-submittals.ts';
import type { World } from '../../kernel/world.ts';
import type { Actor } from '../actor.ts';
import { forbidden, invalid } from '../refusal.ts';
import { mintSubmittalId } from './ids.ts';
import { mailTo } from './mails.ts';
import { isSubmittalAdmin } from './sight.ts';
import { memberId } from './slots.ts';
import { knownStatus, statusOfKind } from './statuses.ts';
import { change, projectOf } from './submittals.ts';

export interface Sending {
  /** Absent: the built-in Closed. */
  statusId?: Id | null | undefined;
  message?: string | null | undefined;
  /** Absent: the distribution list. */
  recipientIds?: readonly Id[] | undefined;
  /** Slots whose responses go with it; absent: none. */
  approverIds?: readonly Id[] | undefined;
}

/** Closes a submittal and sends the result out; Admin only. It is a mail by itself and knows no `send_emails` [oas]. */
export function closeAndDistribute(
  world: World,
  actor: Actor,
  submittal: Submittal,
  { statusId, message = null, recipientIds = submittal.distributionIds, approverIds = [] }: Sending,
): { submittal: Submittal; distribution: Distribution } {
  const project = projectOf(world, submittal);
  if (!isSubmittalAdmin(world, actor.personId, project)) throw forbidden();
  const { companyId } = submittal;
  const status = statusId ? knownStatus(world, companyId, statusId) : statusOfKind(world, companyId, 'Closed');
  if (status.status !== 'Closed') throw invalid('submittal_log_status_id', 'is not a status of closed submittals');
  if (approverIds.some((id) => !submittal.approvers.some((slot) => slot.id === id)))
    throw invalid('selected_approvers', 'names an approver of another submittal');
  const distribution: Distribution = {
    id: mintSubmittalId(world),
    message,
    sentAt: world.clock.instant(),
    by: actor.personId,
    to: [...new Set(recipientIds)].map((id) => memberId(world, project, id)),
    approverIds,
  };
  const distributions = [...submittal.distributions, distribution];
  const row = change(world, actor, { ...submittal, statusId: status.id, distributions });
  mailTo(world, actor, row, 'distributed', distribution.to);
  return { submittal: row, distribution };
}
