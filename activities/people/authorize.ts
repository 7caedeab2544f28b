import type { Connection } from '../../shared/store/connections/connections.ts';
import { authorizingSignIns, findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Surroundings } from '../surroundings.ts';
import { exchangeSignIn } from './exchange.ts';
import { keepGrant } from './grants/keep.ts';

/**
 * Brings forward what people of a connection did in their browsers: a code becomes a token that names its person, the pair of who said yes
 * becomes their grant. Answers whether anything was there to do.
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
