import { randomUUID } from 'node:crypto';
import { type Plans, stepsForInvitation } from '../../domain/steps.ts';
import { type Command, writeCommand } from '../commands.ts';
import { findConnection } from '../connections/connections.ts';
import { listSteps, settledSteps } from '../connections/steps.ts';
import type { Db } from '../tenancy.ts';

/**
 * Asks for a look at the steps that follow an invitation, in the transaction that changes it: a run's own looks may be a quarter of an
 * hour apart. Each request is a row, which the step's check marks as applied; upkeep delivers it if nobody did before. Returns the
 * rows; none if no step waits for it. A change writes rows of its own: a check under way may have read the invitation before it.
 */
export async function askForInvitationLooks(
  db: Db,
  plans: Plans,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  actorId: string,
): Promise<readonly Command[]> {
  const connection = await findConnection(db, connectionId);
  if (connection?.stage !== 'onboarding') return [];
  const asked: Command[] = [];
  for (const stepId of stepsForInvitation(plans[connection.partner].steps, settledSteps(await listSteps(db, connectionId)))) {
    const given = { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input: { stepId }, actorId };
    asked.push(await writeCommand(db, given));
  }
  return asked;
}
