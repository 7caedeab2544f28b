import { randomUUID } from 'node:crypto';
import { messageOfCommand } from '../../shared/domain/command-messages.ts';
import { isOfOnboarding, isStepCommandKind, stepOfCommand } from '../../shared/domain/commands.ts';
import { workflowIds } from '../../shared/domain/ids.ts';
import { type Command, findCommand, isWaiting, markApplied, markDelivered, markDropped } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { applyInput } from '../checks/apply-input.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * Delivers a waiting command to its run, as a new Update: the former may have failed, and a server answers a repeat with the stored
 * failure. What the run refuses for good, and what no run will ever take, is dropped: only what was applied counts as applied.
 * Returns how many were answered.
 */
export async function deliver(deps: ActivityDependencies, tenantId: string, command: Command): Promise<number> {
  const message = messageOfCommand(command);
  const [current, workflowId] = await withTenant(deps.pool, tenantId, async (db) => [
    await findCommand(db, command.connectionId, command.commandId),
    await runOf(db, tenantId, command),
  ]);
  if (current === undefined || !isWaiting(current)) return 0; // applied or superseded meanwhile
  const { commandId, connectionId, kind } = command;
  if (isStepCommandKind(kind) && isOfOnboarding(kind) && workflowId !== workflowIds.onboarding(tenantId, connectionId)) {
    // left over from an onboarding that is over: no run looks at its step any more, and it is answered here
    await applyInput(deps, { tenantId, connectionId, stepId: stepOfCommand[kind], commandId });
    return 0;
  }
  if (!message || workflowId === undefined) {
    await withTenant(deps.pool, tenantId, (db) => markDropped(db, commandId));
    return 0;
  }
  const end = await deps.runs.deliverCommand(workflowId, message.name, message.message, randomUUID());
  if (end === 'later' || (end === 'refused' && message.keeps)) return 0;
  await withTenant(deps.pool, tenantId, async (db) => {
    await markDelivered(db, commandId);
    if (end === 'refused') await markDropped(db, commandId);
    else if (!message.runApplies) await markApplied(db, commandId);
  });
  return end === 'answered' ? 1 : 0;
}

/** The run that takes a command now; undefined if none ever will. */
async function runOf(db: Db, tenantId: string, { connectionId, projectLinkId }: Command): Promise<string | undefined> {
  if (projectLinkId !== null) return workflowIds.projectSync(tenantId, projectLinkId);
  const connection = await findConnection(db, connectionId);
  switch (connection?.stage) {
    case 'onboarding':
      return workflowIds.onboarding(tenantId, connectionId);
    case 'live':
    case 'paused':
      return workflowIds.care(tenantId, connectionId);
    default:
      return undefined;
  }
}
