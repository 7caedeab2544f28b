import { randomUUID } from 'node:crypto';
import { writeCommand } from '../../shared/store/commands.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Visit } from './visits.ts';

/**
 * Asks for a look at what a person did at Procore, in the transaction that stores it: a code lives for minutes, less than a run takes between its
 * own rounds. The check marks the row as applied; upkeep delivers it if `nudge` could not. Nothing is written while no step takes it up.
 */
export async function askForLook(db: Db, { tenantId, connectionId, signIn, takenUpBy }: Visit): Promise<void> {
  if (takenUpBy === null) return;
  const actorId = `sign-in:${signIn.signInId}`;
  const input = { stepId: takenUpBy };
  await writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input, actorId });
}

/** Tells a run to look at a step now; the page does not wait for it. A run that is not told at once is logged. */
export function nudge({ runs, log }: ApiDependencies, { workflowId }: Visit, stepId: string | null): void {
  if (workflowId === null) return;
  const asked = stepId === null ? undefined : runs.tell(workflowId, 'retryStep', { stepId }, randomUUID());
  void Promise.resolve(asked).then((end) => {
    if (end?.kind === 'answered') return;
    log.warn({ workflowId, stepId, ended: end?.kind ?? 'not-ready' }, 'what a person did on a page is not looked at at once');
  });
}
