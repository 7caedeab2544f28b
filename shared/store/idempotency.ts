import { sql } from 'kysely';
import { jsonb } from './json.ts';
import type { Db } from './tenancy.ts';

/** A request under its Idempotency-Key; both hashes are keyed, so that neither the key nor a body can be guessed from its row. */
export interface KeyedRequest {
  readonly tenantId: string;
  readonly keyHash: Buffer;
  readonly requestHash: Buffer;
  /** Stored outside the database; answers of another epoch are void. */
  readonly restoreEpoch: string;
}

/**
 * `ours`: do the work, then keep the answer or release the key. `answered`: repeat that answer. `in-progress`: the first request
 * is still running. `other-request`: the key belongs to another request.
 */
export type KeyClaim =
  | { readonly kind: 'ours' | 'in-progress' | 'other-request' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown };

const keptFor = sql`interval '3 days'`;
/** How long a process that died while working holds its key. */
const workLease = sql`interval '60 seconds'`;

/** Takes a key for a request. Answers older than three days, or from before a restore, are void. */
export async function claimKey(db: Db, request: KeyedRequest): Promise<KeyClaim> {
  const taken = await sql`
    INSERT INTO idempotency_answer AS kept (tenant_id, key_hash, request_hash, restore_epoch)
    VALUES (${request.tenantId}, ${request.keyHash}, ${request.requestHash}, ${request.restoreEpoch})
    ON CONFLICT (tenant_id, key_hash) DO UPDATE
    SET request_hash = excluded.request_hash, status = NULL, body = NULL, restore_epoch = excluded.restore_epoch,
        effects = CASE WHEN kept.request_hash = excluded.request_hash AND kept.restore_epoch = excluded.restore_epoch
          AND kept.created_at >= clock_timestamp() - ${keptFor} THEN kept.effects ELSE '{}' END,
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

/** Stores the answer; the caller must have removed every secret from it. */
export async function keepAnswer(db: Db, request: KeyedRequest, status: number, body: unknown): Promise<void> {
  await db
    .updateTable('idempotency_answer')
    .set({ status, body: jsonb(body) })
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .execute();
}

/**
 * Releases a key whose request was not answered, so that it may be sent again: as if never sent, or, if some of its work is done,
 * as the same request, which continues after that work.
 */
export async function releaseKey(db: Db, request: KeyedRequest): Promise<void> {
  await db
    .deleteFrom('idempotency_answer')
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .where('status', 'is', null)
    .where('effects', '=', jsonb({}))
    .execute();
  await db
    .updateTable('idempotency_answer')
    .set({ created_at: sql<Date>`clock_timestamp() - ${workLease}` })
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .where('status', 'is', null)
    .execute();
}

/** The result of a transaction of the request; undefined if it was not done yet. */
export async function findEffect(db: Db, request: KeyedRequest, what: string): Promise<{ readonly answer: unknown } | undefined> {
  const row = await db
    .selectFrom('idempotency_answer')
    .select([sql<unknown>`effects -> ${what}::text`.as('answer'), sql<boolean>`effects ? ${what}::text`.as('done')])
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .executeTakeFirst();
  return row?.done ? { answer: row.answer } : undefined;
}

/** Records, in the transaction itself, that it was done and its result. */
export async function noteEffect(db: Db, request: KeyedRequest, what: string, answer: unknown): Promise<void> {
  await db
    .updateTable('idempotency_answer')
    .set({ effects: sql`effects || ${jsonb({ [what]: answer ?? null })}` })
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .execute();
}

/** Deletes that record, in the transaction that undoes the work. */
export async function forgetEffect(db: Db, request: KeyedRequest, what: string): Promise<void> {
  await db
    .updateTable('idempotency_answer')
    .set({ effects: sql`effects - ${what}::text` })
    .where('key_hash', '=', request.keyHash)
    .where('request_hash', '=', request.requestHash)
    .execute();
}

/** Deletes this tenant's expired answers; returns how many. */
export async function sweepAnswers(db: Db): Promise<number> {
  const swept = await db
    .deleteFrom('idempotency_answer')
    .where('created_at', '<', sql<Date>`clock_timestamp() - ${keptFor}`)
    .executeTakeFirst();
  return Number(swept.numDeletedRows);
}
