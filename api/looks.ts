import { randomUUID } from 'node:crypto';
import { workflowIds } from '../shared/domain/ids.ts';
import { messages } from '../shared/domain/messages.ts';
import { askForInvitationLooks } from '../shared/store/people/invitation-looks.ts';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Tells a run to look at steps now; nobody waits for it. A run that is not told at once is logged. */
export function nudge(
  { runs, log }: Pick<ApiDependencies, 'runs' | 'log'>,
  workflowId: string,
  stepIds: readonly string[],
): void {
  for (const stepId of stepIds) {
    void runs.tell(workflowId, 'retryStep', { stepId }, randomUUID()).then(({ kind }) => {
      if (kind !== 'answered') log.warn({ workflowId, stepId, ended: kind }, 'what a person did is not looked at at once');
    });
  }
}

interface Ref {
  readonly tenantId: string;
  readonly connectionId: string;
}

/**
 * Asks for a look at the steps that follow an invitation, in the transaction that changes it. Returns their ids, for
 * `nudgeOnboarding` once it is committed.
 */
export async function lookAtInvitation(
  db: Db,
  { plans }: Pick<ApiDependencies, 'plans'>,
  ref: Ref,
  actorId: string,
): Promise<readonly string[]> {
  const asked = await askForInvitationLooks(db, plans, ref, actorId);
  return asked.map(({ input }) => messages.retryStep.parse(input).stepId);
}

export const nudgeOnboarding = (
  dependencies: Pick<ApiDependencies, 'runs' | 'log'>,
  { tenantId, connectionId }: Ref,
  stepIds: readonly string[],
): void => nudge(dependencies, workflowIds.onboarding(tenantId, connectionId), stepIds);
