import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';

/**
 * Token pairs that must not be used, kept sealed until Procore has revoked them: of a revoked grant, replaced by a new sign-in,
 * or received too late. A leftover is deleted once its revocation succeeded.
 */
export interface Leftover {
  readonly leftoverId: string;
  /** The grant it was sealed for. */
  readonly grantId: string;
  readonly sealedPair: Buffer;
}

/** False if the tenant does not exist: then nothing could unseal the pair either. */
export async function leavePair(
  db: Db,
  { tenantId, grantId, sealedPair }: { readonly tenantId: string; readonly grantId: string; readonly sealedPair: Buffer },
): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO grant_leftover (tenant_id, grant_id, sealed_pair)
    SELECT tenant_id, ${grantId}, ${sealedPair} FROM tenant WHERE tenant_id = ${tenantId}
    RETURNING leftover_id`.execute(db);
  return rows.length === 1;
}

export async function leftoversToRevoke(db: Db, limit: number): Promise<readonly Leftover[]> {
  const rows = await db
    .selectFrom('grant_leftover')
    .select(['leftover_id', 'grant_id', 'sealed_pair'])
    .where(sql<boolean>`coalesce(next_try_at <= clock_timestamp(), true)`)
    .orderBy('since')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ leftoverId: row.leftover_id, grantId: row.grant_id, sealedPair: row.sealed_pair }));
}

export async function forgetLeftover(db: Db, leftoverId: string): Promise<void> {
  await db.deleteFrom('grant_leftover').where('leftover_id', '=', leftoverId).execute();
}

/** The revocation failed: retried after a pause, which doubles up to six hours. */
export async function postponeLeftover(db: Db, leftoverId: string, firstPauseMs: number): Promise<void> {
  await sql`
    UPDATE grant_leftover SET tries = tries + 1, next_try_at = clock_timestamp()
      + least(${firstPauseMs} * 2 ^ least(tries, 20), 6 * 3600000) * interval '1 millisecond'
    WHERE leftover_id = ${leftoverId}`.execute(db);
}
