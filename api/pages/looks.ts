import { randomUUID } from 'node:crypto';
import { writeCommand } from '../../shared/store/commands.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { nudge } from '../looks.ts';
import type { Visit } from './visits.ts';

/**
 * Asks for a look at what a person did at Procore, in the transaction that stores it: a code lives for minutes, less than a run takes between its
 * own rounds. The check marks the row as applied; upkeep delivers it if `nudgeVisited` could not.
 */
export async function askForLook(db: Db, { tenantId, connectionId, signIn, lookedAt }: Visit): Promise<void> {
  const actorId = `sign-in:${signIn.signInId}`;
  for (const stepId of lookedAt)
    await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input: { stepId }, actorId });
}

/** Tells the visited run to look at steps now; the page does not wait for it. */
export function nudgeVisited(dependencies: ApiDependencies, { workflowId }: Visit, stepIds: readonly string[]): void {
  if (workflowId !== null) nudge(dependencies, workflowId, stepIds);
}
