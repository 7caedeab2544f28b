import { sql } from 'kysely';
import { jsonb } from './json.ts';
import type { Db } from './tenancy.ts';

/** A request under its Idempotency-Key; both hashes are keyed, so that neither the key nor a body can be guessed from its row. */
export interface KeyedRequest {
  readonly tenantId: string;
  readonly keyHash: Buffer;
  readonly requestHash: Buffer;
  /** Lives outside the database; answers of another epoch are void. */
  readonly restoreEpoch: string;
}

/**
 * `ours`: work now, then keep or release. `answered`: give that answer again. `in-progress`: the first is still at work.
 * `other-request`: the key stands for another request.
 */
export type KeyClaim =
  | { readonly kind: 'ours' | 'in-progress' | 'other-request' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown };

const keptFor = sql`interval '3 days'`;
/** A process that died at work holds its key this long. */
const workLease = sql`interval '60 seconds'`;

/** Takes a key for a request. Answers older than three days, or from before a restore, are void. */
export async function claimKey(db: Db, request: KeyedRequest): Promise<KeyClaim> {
  const taken = await sql`
    INSERT INTO idempotency_answer AS kept (tenant_id, key_hash, request_hash, restore_epoch)
    VALUES (${request.tenantId}, ${request.keyHash}, ${request.requestHash}, ${request.restoreEpoch})
    ON CONFLICT (tenant_id, key_hash) DO UPDATE
    SET request_hash = excluded.request_hash, status = NULL, body = NULL, restore_epoch = excluded.restore_epoch,
        created_at = clock_timestamp()
    WHERE kept.created_at < clock_timestamp() - ${keptFor}
       OR kept.restore_epoch <> excluded.restore_epoch
       OR (kept.status IS NULL AND kept.request_hash = excluded.request_hash AND kept.created_at < clock_timestamp() - ${workLease})
    RETURNING 1`.execute(db);
  if (taken.rows.length > 0) return { kind: 'ours' };
  const row = await db
    .selectFrom('idempotency_answer')
    .select(['request_hash', 'status', 'body'])
    .where('key_hash', '=', request.keyHash)
    .executeTakeFirst();
  if (row === undefined) return { kind: 'in-progress' };
  if (!row.request_hash.equals(request.requestHash)) return { kind: 'other-request' };
  return row.status === null ? { kind: 'in-progress' } : { kind: 'answered', status: row.status, body: row.body };
}

/** Keeps what was answered; the caller has taken every secret out of it. */
export async function keepAnswer(db: Db, request: KeyedRequest, status: number, body: unknown): Promise<void> {
  await db
    .updateTable('idempotency_answer')
    .set({ status, body: jsonb(body) })
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .execute();
}

/** Frees a key whose request was refused: nothing was done, so it may be sent again. */
export async function releaseKey(db: Db, request: KeyedRequest): Promise<void> {
  await db
    .deleteFrom('idempotency_answer')
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .where('status', 'is', null)
    .execute();
}

/** Removes this tenant's void answers; answers how many. */
export async function sweepAnswers(db: Db): Promise<number> {
  const swept = await db
    .deleteFrom('idempotency_answer')
    .where('created_at', '<', sql<Date>`clock_timestamp() - ${keptFor}`)
    .executeTakeFirst();
  return Number(swept.numDeletedRows);
}
