import type { Signer } from '../shared/domain/steps.ts';
import { type AskedLook, askForSignInLook } from '../shared/store/connections/sign-in-looks.ts';
import type { GrantUses } from '../shared/store/grants/grant-uses.ts';
import { placesOfMember } from '../shared/store/people/responders.ts';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';
import { nudge } from './looks.ts';

/**
 * Asks for a look on every connection where an authorization was used, in the transaction that ends its use: who is waited for from
 * then on is said at once, not with the next round of care. Returns the looks, for `nudgeAll` once it is committed.
 */
export async function lookAtUses(
  db: Db,
  { plans }: Pick<ApiDependencies, 'plans'>,
  { tenantId, actorId }: { readonly tenantId: string; readonly actorId: string },
  { emailKeys, connectionIds }: GrantUses,
): Promise<readonly AskedLook[]> {
  const answering = new Set<string>();
  for (const emailKey of emailKeys)
    for (const { connectionId } of await placesOfMember(db, emailKey)) answering.add(connectionId);
  const uses: readonly (readonly [string, Signer])[] = [
    ...[...answering].map((connectionId) => [connectionId, 'responder'] as const),
    ...connectionIds.map((connectionId) => [connectionId, 'contractor'] as const),
  ];
  const asked: AskedLook[] = [];
  for (const [connectionId, signer] of uses) {
    const look = await askForSignInLook(db, plans, { tenantId, connectionId }, { signer, actorId });
    if (look !== undefined) asked.push(look);
  }
  return asked;
}

export function nudgeAll(dependencies: Pick<ApiDependencies, 'runs' | 'log'>, looks: readonly AskedLook[]): void {
  for (const { workflowId, stepId } of looks) nudge(dependencies, workflowId, [stepId]);
}
