import { randomUUID } from 'node:crypto';
import { pairSecret } from '../../activities/grants/store.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { type StorePool, withTenant } from '../../shared/store/tenancy.ts';
import type { Vault } from '../../shared/store/tenants/vault.ts';
import type { TestStore } from './store.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const heldOf = ({ accessToken, refreshToken }: Tokens) => ({
  accessToken: secretOf(accessToken),
  refreshToken: secretOf(refreshToken),
});

/** Of an access token, in milliseconds. */
const lifeMs = 5_400_000;

/** A person's grant with that pair, whose access token has so much of its life left. */
export async function newGrant(
  pool: StorePool,
  vault: Vault,
  tenantId: string,
  tokens: Tokens,
  given: { readonly leftMs?: number; readonly procoreUserId?: string } = {},
): Promise<{ readonly tenantId: string; readonly grantId: string }> {
  const { leftMs = lifeMs, procoreUserId = randomUUID() } = given;
  const grantId = randomUUID();
  await withTenant(pool, tenantId, async (db) => {
    const sealedPair = await vault.sealSecret(db, places.grantPair(tenantId, grantId), pairSecret(heldOf(tokens)));
    const issuedAt = new Date(Date.now() + leftMs - lifeMs);
    const pair = { grantId, sealedPair, issuedAt, expiresAt: new Date(issuedAt.getTime() + lifeMs), signInId: randomUUID() };
    await beginGrant(db, { tenantId, procoreUserId, procoreLogin: 'ria@north.example', procoreName: 'Ria' }, pair);
  });
  return { tenantId, grantId };
}

/** As if so much time had gone by in the database: every moment that a grant or the breaker knows lies further back. */
export async function letTimePass({ admin }: Pick<TestStore, 'admin'>, ms: number): Promise<void> {
  const back = (column: string): string => `${column} = ${column} - ${ms} * interval '1 millisecond'`;
  const columns = ['access_issued_at', 'access_expires_at', 'lease_until', 'next_try_at', 'last_used_at'];
  await admin.query(`UPDATE person_grant SET ${columns.map(back).join(', ')}`);
  await admin.query(`UPDATE grant_leftover SET ${back('next_try_at')}`);
  await admin.query(`UPDATE grant_breaker SET ${back('open_since')}, ${back('next_trial_at')}, ${back('closed_at')},
    lapsed_persons = (SELECT coalesce(jsonb_object_agg(key, value::timestamptz - ${ms} * interval '1 millisecond'), '{}')
      FROM jsonb_each_text(lapsed_persons))`);
}

/** A closed breaker that knows of no lapse: it is the installation's, and shared by all tests of a file. */
export const closeBreaker = ({ admin }: Pick<TestStore, 'admin'>): Promise<unknown> =>
  admin.query(
    "UPDATE grant_breaker SET open_since = NULL, why = NULL, next_trial_at = NULL, closed_at = NULL, lapsed_persons = '{}'",
  );
