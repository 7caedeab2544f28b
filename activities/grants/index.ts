import { randomUUID } from 'node:crypto';
import { realClock } from '../../shared/http/clock.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { GrantClock, GrantLogin, GrantSpill } from './contract.ts';
import { revokeLeftovers } from './leftovers.ts';
import { createGrantStore } from './store.ts';
import { createGrantTokens, type GrantTokens } from './tokens.ts';

type Reach = Pick<ActivityDependencies, 'pool' | 'vault' | 'timings' | 'log'> & {
  readonly procore: Pick<ActivityDependencies['procore'], 'oauth' | 'ourApp'>;
  readonly spill: GrantSpill;
};

const clock: GrantClock = { ...realClock, monotonicMs: () => performance.now() };

/** A claim that is not sent within this time is not sent at all; less if the lease is short. */
const sendWithinMs = 10_000;

/** Persons' tokens of this process; created once. */
export function grantTokensOf(reach: Reach): GrantTokens {
  const { pool, vault, log, timings, spill } = reach;
  const login = grantLogin(reach.procore);
  const { claimLeaseMs: leaseMs, httpDeadlineMs, inlineWaitMs } = timings;
  return createGrantTokens({
    store: createGrantStore(pool, vault, { leaseMs }),
    spill,
    login,
    clock,
    timings: { leaseMs, sendWithinMs: Math.min(sendWithinMs, (leaseMs - httpDeadlineMs) / 2), inlineWaitMs },
    revokeLeftovers: (tenantId) =>
      revokeLeftovers({ pool, vault, log, login }, tenantId).catch((error: unknown) => {
        log.warn({ tenantId, error: error instanceof Error ? error.name : typeof error }, 'left to upkeep to revoke');
      }),
    newId: randomUUID,
    log,
  });
}

export const grantLogin = ({ oauth, ourApp }: Reach['procore']): GrantLogin => ({
  refresh: (refreshToken) => oauth.refresh(ourApp, refreshToken),
  revoke: (refreshToken) => oauth.revokeToken(ourApp, refreshToken),
});
