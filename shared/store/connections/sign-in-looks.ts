import { randomUUID } from 'node:crypto';
import { workflowIds } from '../../domain/ids.ts';
import { type Plans, type Signer, stepTaking } from '../../domain/steps.ts';
import { writeOnce } from '../commands.ts';
import type { Db } from '../tenancy.ts';
import { findConnection } from './connections.ts';
import { listSteps, settledSteps } from './steps.ts';

/** A look that a row asks for, and the run that takes it: upkeep delivers the row if nobody told the run before. */
export interface AskedLook {
  readonly workflowId: string;
  readonly stepId: string;
}

/**
 * Asks for a look at the step that is told of this signer's authorization, in the transaction that gives or ends it: who is waited
 * for from then on is said at once, not with the next round of care. Undefined if no step waits for such a thing.
 */
export async function askForSignInLook(
  db: Db,
  plans: Plans,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  { signer, actorId }: { readonly signer: Signer; readonly actorId: string },
): Promise<AskedLook | undefined> {
  const connection = await findConnection(db, connectionId);
  if (connection === undefined) return undefined;
  const isLive = connection.stage !== 'onboarding';
  const settled = settledSteps(await listSteps(db, connectionId));
  const stepId = stepTaking(plans[connection.partner].steps, signer, { isLive, settled });
  if (stepId === undefined) return undefined;
  await writeOnce(db, { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', input: { stepId }, actorId });
  return { workflowId: workflowIds[isLive ? 'care' : 'onboarding'](tenantId, connectionId), stepId };
}
