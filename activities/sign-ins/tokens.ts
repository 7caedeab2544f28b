import { z } from 'zod';
import type { AnyCompany, NoCompany } from '../../shared/domain/company.ts';
import { Fault } from '../../shared/domain/faults.ts';
import type { ProcoreClient } from '../../shared/procore/client.ts';
import type { TokenGrant } from '../../shared/procore/oauth.ts';
import { personToken } from '../../shared/procore/tokens.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret, type Secret, secretOf } from '../../shared/security/secret.ts';
import { usableToken, wipeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { procoreClient } from '../clients.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Surroundings } from '../surroundings.ts';

export interface SignInRef {
  readonly tenantId: string;
  readonly signInId: string;
}

/** A person's token pair as it is sealed into the row of their sign-in. */
const heldToken = z.object({
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  expiresAtMs: z.number(),
  /** Absent in what an earlier version sealed: then it counts as used up. */
  lifeMs: z.number().default(0),
});

export function sealToken(
  vault: ActivityDependencies['vault'],
  db: Db,
  { tenantId, signInId }: SignInRef,
  grant: TokenGrant,
): Promise<Buffer> {
  const text = JSON.stringify({
    accessToken: revealSecret(grant.accessToken),
    refreshToken: grant.refreshToken && revealSecret(grant.refreshToken),
    expiresAtMs: grant.expiresAtMs,
    lifeMs: grant.lifeMs,
  });
  return vault.sealSecret(db, places.signInToken(tenantId, signInId), secretOf(text));
}

export async function unsealToken(
  vault: ActivityDependencies['vault'],
  db: Db,
  { tenantId, signInId }: SignInRef,
  sealed: Buffer,
): Promise<TokenGrant> {
  const secret = await vault.unsealSecret(db, places.signInToken(tenantId, signInId), sealed);
  const { accessToken, refreshToken, expiresAtMs, lifeMs } = heldToken.parse(JSON.parse(revealSecret(secret)));
  return {
    accessToken: secretOf(accessToken),
    refreshToken: refreshToken === null ? null : secretOf(refreshToken),
    expiresAtMs,
    lifeMs,
  };
}

/** A Procore client for the person, while their pending window lasts; else throws `grant-lapsed`. */
export async function personClient<Company extends AnyCompany | NoCompany>(
  deps: ActivityDependencies,
  ref: SignInRef,
  company: Company,
  around: Surroundings,
): Promise<ProcoreClient<Company>> {
  const grant = await withTenant(deps.pool, ref.tenantId, async (db) => {
    const sealed = await usableToken(db, ref.signInId);
    return sealed && unsealToken(deps.vault, db, ref, sealed);
  });
  if (!grant) throw new Fault('grant-lapsed', { seen: 'The sign-in was not finished in time.' });
  const principalId = `${deps.procore.ourApp.clientId}:${ref.signInId}`;
  const sharer = { tenantId: ref.tenantId, partId: ref.signInId };
  return procoreClient(deps, company, personToken(grant.accessToken, grant.expiresAtMs), principalId, sharer, around);
}

/**
 * Revokes and wipes a person's token; a confirmed sign-in ends with that. False if Procore could not be reached now: the token
 * stays sealed, and `upkeep` retries. A token that cannot be unsealed is wiped.
 */
export async function giveTokenUp(
  deps: ActivityDependencies,
  ref: SignInRef,
  sealed: Buffer,
  around: Surroundings,
): Promise<boolean> {
  const grant = await withTenant(deps.pool, ref.tenantId, (db) => unsealToken(deps.vault, db, ref, sealed)).catch(
    () => undefined,
  );
  if (grant && !(await revoked(deps, grant.refreshToken ?? grant.accessToken, around))) return false;
  await withTenant(deps.pool, ref.tenantId, (db) => wipeToken(db, ref.signInId, sealed));
  return true;
}

/** Revokes by the refresh token, which ends both tokens; false if it is not known to have happened. */
export async function revoked(deps: ActivityDependencies, token: Secret, around: Surroundings): Promise<boolean> {
  try {
    await deps.procore.oauth.revokeToken(deps.procore.ourApp, token, around.signal);
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    deps.log.warn({ kind: error.kind }, 'a token could not be revoked yet');
    return false;
  }
}
