import type { Connection } from '../../shared/store/connections/connections.ts';
import { authorizingSignIns, findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { keepGrant } from '../grants/keep.ts';
import type { Surroundings } from '../surroundings.ts';
import { exchangeSignIn } from './exchange.ts';

/**
 * Advances the pending sign-ins of a connection: exchanges a code for a token and identifies its user; turns the tokens of a confirmed
 * sign-in into a grant. Returns whether there was anything to do.
 */
export async function takeAuthorizations(
  deps: ActivityDependencies,
  connection: Connection,
  around: Surroundings,
): Promise<boolean> {
  const { tenantId, connectionId } = connection;
  const open = await withTenant(deps.pool, tenantId, (db) => authorizingSignIns(db, connectionId));
  for (const { signInId } of open) {
    const signIn = await withTenant(deps.pool, tenantId, (db) => findSignIn(db, signInId));
    if (signIn?.state === 'returned') await exchangeSignIn(deps, connection, signIn, around);
    if (signIn?.state === 'confirmed') await keepGrant(deps, { tenantId, signInId });
  }
  return open.length > 0;
}
