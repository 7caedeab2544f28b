import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, GrantStore } from '../../activities/grants/contract.ts';
import { createGrantStore } from '../../activities/grants/store.ts';
import { leftoversToRevoke } from '../../shared/store/grants/grant-leftovers.ts';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { createVault } from '../../shared/store/tenants/vault.ts';
import { closeBreaker, heldOf, letTimePass, newGrant } from '../support/granted.ts';
import { createMemoryGrants } from '../support/memory-grants.ts';
import { testBoxKeys, testRoots, useTestStore } from '../support/store.ts';

const store = useTestStore();
const leaseMs = 60_000;
const vault = createVault(testRoots, testBoxKeys.privateKey);

beforeEach(() => closeBreaker(store()));

const which = fc.nat(3);
const steps = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('claim' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('store' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lapse' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unsure' as const), which, ms: fc.constantFrom(0, 90_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('giveBack' as const), which, ms: fc.constantFrom(0, 90_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clientRefused' as const), which, ms: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(30_000, 61_000, 601_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

test('the store answers as the one that the orders are explored with, whatever happens in whatever order', async () => {
  const tenantId = await store().newTenant();
  const run = async (given: readonly Step[]): Promise<void> => {
    await closeBreaker(store());
    const texts = { access: 'a1', refresh: 'r1' };
    const ref = await newGrant(store().pool, vault, tenantId, { accessToken: 'a1', refreshToken: 'r1' });
    let nowMs = 1_000_000_000;
    const memory = createMemoryGrants(() => nowMs, leaseMs);
    memory.signIn(texts, nowMs, 5_400_000);
    const stores: readonly [GrantStore, GrantStore] = [createGrantStore(store().pool, vault, { leaseMs }), memory.store];
    const claims: (readonly [Claim, Claim])[] = [];
    const bothSay = async <Answer>(ask: (one: GrantStore, side: 0 | 1) => Promise<Answer>): Promise<Answer> => {
      const [ours, theirs] = [await ask(stores[0], 0), await ask(stores[1], 1)];
      expect(ours).toEqual(theirs);
      return ours;
    };
    for (const [at, step] of given.entries()) {
      if (step.do === 'pass') {
        nowMs += step.ms;
        await letTimePass(store(), step.ms);
      } else if (step.do === 'revoke') {
        if (at < given.length - 3) continue; // towards the end only: nothing happens after it
        memory.revoke();
        await withTenant(store().pool, tenantId, (db) => revokeGrant(db, ref.grantId));
      } else if (step.do === 'claim') {
        const version = memory.row()?.version ?? 0;
        const attemptId = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
        const had: Claim[] = [];
        await bothSay(async (one) => {
          const claim = await one.claim(ref, version, attemptId);
          if (claim) had.push(claim);
          return claim && [claim.version, claim.unknowns, claim.notSent];
        });
        const [ours, theirs] = had;
        if (ours && theirs) claims.push([ours, theirs]);
      } else {
        const pair = claims[step.which % Math.max(1, claims.length)];
        if (!pair) continue;
        await bothSay(async (one, side) => {
          const claim = pair[side];
          if (step.do === 'lapse') return one.lapse(claim);
          if (step.do !== 'store') return one[step.do](claim, step.ms);
          const name = `r${claim.version + 1} of ${claim.attemptId}`;
          const held = heldOf({ accessToken: `access of ${name}`, refreshToken: name });
          return one.store(claim.seal({ ...held, expiresAtMs: 0, lifeMs: 5_400_000 }));
        });
      }
      const spans: number[] = [];
      await bothSay(async (one) => {
        const standing = (await one.read(ref, null))?.standing;
        spans.push(standing?.claimableInMs ?? 0);
        return standing && [standing.state, standing.version, standing.isClaimed];
      });
      // the test's own time goes by in the database too
      expect(Math.abs((spans[0] ?? 0) - (spans[1] ?? 0))).toBeLessThan(15_000);
    }
    const left = await withTenant(store().pool, tenantId, (db) => leftoversToRevoke(db, 1_000));
    expect(left.filter(({ grantId }) => grantId === ref.grantId)).toHaveLength(memory.left.length);
    await store().admin.query('DELETE FROM grant_leftover');
  };
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 8, maxLength: 25, size: 'max' }), run), { numRuns: 40 });
}, 60_000);
