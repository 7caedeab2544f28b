import { Fault } from '../../shared/domain/faults.ts';
import { SealingError } from '../../shared/security/sealing.ts';
import { forgetLeftover, type Leftover, leftoversToRevoke, postponeLeftover } from '../../shared/store/grants/grant-leftovers.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { GrantLogin, HeldPair } from './contract.ts';
import { unsealPair } from './store.ts';

type Reach = Pick<ActivityDependencies, 'pool' | 'vault' | 'log'> & { readonly login: Pick<GrantLogin, 'revoke'> };

const atOnce = 20;
const firstPauseMs = 60_000;

/**
 * Revokes at Procore the pairs that nobody may use any more, by their refresh tokens, since an expired access token revokes
 * nothing. Returns how many are done; failed ones stay for the next round. A pair that cannot be unsealed is dropped, unless it
 * was sealed with another key.
 */
export async function revokeLeftovers(reach: Reach, tenantId: string, hasTime: () => boolean = () => true): Promise<number> {
  let done = 0;
  for (const leftover of await withTenant(reach.pool, tenantId, (db) => leftoversToRevoke(db, atOnce))) {
    if (!hasTime()) break;
    const isDone = await revokeOne(reach, tenantId, leftover);
    await withTenant(reach.pool, tenantId, (db) =>
      isDone ? forgetLeftover(db, leftover.leftoverId) : postponeLeftover(db, leftover.leftoverId, firstPauseMs),
    );
    if (isDone) done += 1;
  }
  return done;
}

async function revokeOne(reach: Reach, tenantId: string, { grantId, sealedPair }: Leftover): Promise<boolean> {
  let pair: HeldPair;
  try {
    pair = await withTenant(reach.pool, tenantId, (db) => unsealPair(reach.vault, db, { tenantId, grantId }, sealedPair));
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    reach.log.warn({ tenantId, grantId, reason: error.reason }, 'a pair of tokens does not open any more and cannot be revoked');
    return error.reason !== 'other-key';
  }
  try {
    await reach.login.revoke(pair.refreshToken);
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    reach.log.warn({ tenantId, grantId, kind: error.kind }, 'a pair of tokens could not be revoked yet');
    return false;
  }
}
