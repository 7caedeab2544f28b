import { grantsToRefresh } from '../../shared/store/grants/grants.ts';
import { tokensToKeep } from '../../shared/store/grants/sign-in-tokens.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { grantLogin } from './index.ts';
import { keepGrant } from './keep.ts';
import { revokeLeftovers } from './leftovers.ts';

const atOnce = 20;

/** What a round of upkeep does for one tenant's grants. Returns how many things it advanced. */
export async function tidyGrants(deps: ActivityDependencies, tenantId: string, hasTime: () => boolean): Promise<number> {
  const reach = { ...deps, login: grantLogin(deps.procore) };
  const kept = await keepConfirmed(deps, tenantId, hasTime);
  const refreshed = await refreshIdleGrants(deps, tenantId, hasTime);
  return kept + refreshed + (await revokeLeftovers(reach, tenantId, hasTime));
}

/** Makes grants from sign-ins that were confirmed while no worker was running. */
async function keepConfirmed(deps: ActivityDependencies, tenantId: string, hasTime: () => boolean): Promise<number> {
  let kept = 0;
  for (const signInId of await withTenant(deps.pool, tenantId, (db) => tokensToKeep(db, atOnce))) {
    if (!hasTime()) break;
    if (await keepGrant(deps, { tenantId, signInId })) kept += 1;
  }
  return kept;
}

/**
 * Refreshes what nobody has used for a week, so that no refresh token lies unused for longer, and retries unfinished attempts: a
 * lapsed grant is found before somebody's answer is due. One attempt each.
 */
export async function refreshIdleGrants(deps: ActivityDependencies, tenantId: string, hasTime: () => boolean): Promise<number> {
  let tried = 0;
  for (const { grantId, version } of await withTenant(deps.pool, tenantId, (db) => grantsToRefresh(db, atOnce))) {
    if (!hasTime()) break;
    await deps.grants.refresh({ tenantId, grantId }, version);
    tried += 1;
  }
  return tried;
}
