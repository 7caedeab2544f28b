import { randomUUID } from 'node:crypto';
import { messageOfCommand } from '../../shared/domain/command-messages.ts';
import { isStepCommandKind, stepOfCommand } from '../../shared/domain/commands.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { type Command, findCommand, markApplied, markDelivered } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * Delivers a command that is not applied yet to its run, as a new Update: the former may have failed, and a server answers a
 * repeat with the stored failure. What the run refuses for good is not delivered again. Returns how many were answered.
 */
export async function deliver(deps: ActivityDependencies, tenantId: string, command: Command): Promise<number> {
  const message = messageOfCommand(command);
  const [current, workflowId] = await withTenant(deps.pool, tenantId, async (db) => [
    await findCommand(db, command.connectionId, command.commandId),
    await runOf(db, deps.plans, tenantId, command),
  ]);
  if (current === undefined || current.appliedAt !== null) return 0; // applied or superseded meanwhile
  if (!message || workflowId === undefined) {
    await withTenant(deps.pool, tenantId, (db) => markApplied(db, command.commandId));
    return 0;
  }
  const end = await deps.runs.deliverCommand(workflowId, message.name, message.message, randomUUID());
  if (end === 'later' || (end === 'refused' && message.keeps)) return 0;
  await withTenant(deps.pool, tenantId, async (db) => {
    await markDelivered(db, command.commandId);
    if (end === 'refused' || !message.runApplies) await markApplied(db, command.commandId);
  });
  return end === 'answered' ? 1 : 0;
}

/** The run that takes a command now; undefined if none ever will. */
async function runOf(
  db: Db,
  plans: ActivityDependencies['plans'],
  tenantId: string,
  command: Command,
): Promise<string | undefined> {
  if (command.projectLinkId !== null) return workflowIds.projectSync(tenantId, command.projectLinkId);
  const connection = await findConnection(db, command.connectionId);
  switch (connection?.stage) {
    case 'onboarding':
      return workflowIds.onboarding(tenantId, command.connectionId);
    case 'live':
    case 'paused': {
      // What care does not repeat was decided during onboarding, once and for all.
      const stepId = isStepCommandKind(command.kind) ? stepOfCommand[command.kind] : undefined;
      const isOver = plans[connection.partner].steps.some((step) => step.id === stepId && !step.repeatInCare);
      return isOver ? undefined : workflowIds.care(tenantId, command.connectionId);
    }
    default:
      return undefined;
  }
}
