import { z } from 'zod';
import type { TokenPair } from '../../shared/procore/oauth.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret, type Secret, secretOf } from '../../shared/security/secret.ts';
import {
  claimRefresh,
  giveClaimBack,
  lapseGrant,
  markClientRefused,
  markUnsure,
  storePair,
} from '../../shared/store/grants/grant-refresh.ts';
import { noteGrantUse, readStanding } from '../../shared/store/grants/grants.ts';
import { type Db, type StorePool, withTenant } from '../../shared/store/tenancy.ts';
import type { Vault } from '../../shared/store/tenants/vault.ts';
import type { GrantRef, GrantStore, HeldPair } from './contract.ts';

const sealedText = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** A pair as it is sealed into the row of its grant. */
export const pairSecret = (pair: HeldPair): Secret =>
  secretOf(JSON.stringify({ accessToken: revealSecret(pair.accessToken), refreshToken: revealSecret(pair.refreshToken) }));

export async function unsealPair(
  vault: Pick<Vault, 'unsealSecret'>,
  db: Db,
  { tenantId, grantId }: GrantRef,
  sealed: Buffer,
): Promise<HeldPair> {
  const secret = await vault.unsealSecret(db, places.grantPair(tenantId, grantId), sealed);
  const { accessToken, refreshToken } = sealedText.parse(JSON.parse(revealSecret(secret)));
  return { accessToken: secretOf(accessToken), refreshToken: secretOf(refreshToken) };
}

/** The grants of the database: each function is its own transaction, so that no connection is held while anybody waits. */
export function createGrantStore(
  pool: StorePool,
  vault: Pick<Vault, 'unsealSecret' | 'sealer'>,
  { leaseMs }: { readonly leaseMs: number },
): GrantStore {
  const inTenant = <Result>({ tenantId }: GrantRef, work: (db: Db) => Promise<Result>): Promise<Result> =>
    withTenant(pool, tenantId, work);
  return {
    read: (ref, knownVersion) =>
      inTenant(ref, async (db) => {
        const found = await readStanding(db, ref.grantId);
        if (!found) return undefined;
        const { sealedPair, ...standing } = found;
        const isKnown = sealedPair === null || standing.version === knownVersion;
        return { standing, pair: isKnown ? null : await unsealPair(vault, db, ref, sealedPair) };
      }),
    noteUse: (ref) => inTenant(ref, (db) => noteGrantUse(db, ref.grantId)),
    claim: (ref, version, attemptId) =>
      inTenant(ref, async (db) => {
        const attempt = { grantId: ref.grantId, version, attemptId };
        const claimed = await claimRefresh(db, attempt, leaseMs);
        if (!claimed) return undefined;
        const { refreshToken } = await unsealPair(vault, db, ref, claimed.sealedPair);
        const seal = await vault.sealer(db, places.grantPair(ref.tenantId, ref.grantId));
        return {
          ...ref,
          version,
          attemptId,
          refreshToken,
          unknowns: claimed.unknowns,
          notSent: claimed.notSent,
          seal: (pair: TokenPair) => ({
            ...ref,
            version,
            attemptId,
            sealedPair: seal(pairSecret(pair)),
            issuedAt: claimed.claimedAt,
            expiresAt: new Date(claimed.claimedAt.getTime() + pair.lifeMs),
          }),
        };
      }),
    giveBack: (claim, pauseMs) => inTenant(claim, (db) => giveClaimBack(db, claim, pauseMs)),
    unsure: (claim, pauseMs) => inTenant(claim, (db) => markUnsure(db, claim, pauseMs)),
    clientRefused: (claim, pauseMs) => inTenant(claim, (db) => markClientRefused(db, claim, pauseMs)),
    lapse: (claim) => inTenant(claim, (db) => lapseGrant(db, claim)),
    store: (pair) => inTenant(pair, (db) => storePair(db, pair)),
  };
}
