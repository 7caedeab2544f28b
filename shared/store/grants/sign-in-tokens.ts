import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';

/**
 * The sealed half of a sign-in: its code, which is single use, and the person's token, which lives for the pending window only. A
 * code is claimed in a committed transaction before it is sent; a claim older than its lease means that the response was lost.
 */
const now = sql<Date>`clock_timestamp()`;

export interface SealedToken {
  readonly signInId: string;
  readonly sealed: Buffer;
}

export type CodeClaim =
  | { readonly state: 'claimed'; readonly sealedCode: Buffer }
  /** An earlier attempt's token is still there: revoke and wipe it first, or it would be overwritten and stay valid. */
  | { readonly state: 'former-token'; readonly sealedToken: Buffer }
  /** Another worker is sending it. */
  | { readonly state: 'being-sent' }
  /** It was sent and no response was stored: the code is spent. */
  | { readonly state: 'lost' }
  | { readonly state: 'none' };

/** Takes the code out of the row, for one send. `leaseMs` must be longer than the request's deadline. */
export async function claimCode(db: Db, signInId: string, leaseMs: number): Promise<CodeClaim> {
  const row = await db
    .selectFrom('sign_in')
    .select(['state', 'sealed_code', 'sealed_token'])
    .select(sql<boolean | null>`code_claimed_at + ${leaseMs} * interval '1 millisecond' < clock_timestamp()`.as('overdue'))
    .where('sign_in_id', '=', signInId)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== 'returned') return { state: 'none' };
  if (row.sealed_code === null) return { state: row.overdue === false ? 'being-sent' : 'lost' };
  if (row.sealed_token !== null) return { state: 'former-token', sealedToken: row.sealed_token };
  await db.updateTable('sign_in').set({ sealed_code: null, code_claimed_at: now }).where('sign_in_id', '=', signInId).execute();
  return { state: 'claimed', sealedCode: row.sealed_code };
}

/** Surely not sent: stores the code again, to be claimed again. */
export async function giveCodeBack(db: Db, signInId: string, sealedCode: Buffer): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ sealed_code: sealedCode, code_claimed_at: null })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'returned')
    .where('sealed_code', 'is', null)
    .execute();
}

export interface Exchanged {
  readonly signInId: string;
  readonly sealedToken: Buffer;
  /** Length of the pending window from now, or the token's own life if that is shorter. Milliseconds. */
  readonly pendingMs: number;
}

/** Stores the token received for the code. False if the person started again meanwhile: then it must be revoked. */
export async function storeToken(db: Db, given: Exchanged): Promise<boolean> {
  const changed = await db
    .updateTable('sign_in')
    .set({
      sealed_token: given.sealedToken,
      token_expires_at: sql<Date>`clock_timestamp() + ${given.pendingMs} * interval '1 millisecond'`,
    })
    .where('sign_in_id', '=', given.signInId)
    .where('state', '=', 'returned')
    .where('sealed_code', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Stores whose token it is (id null: not visible yet); the sign-in becomes `exchanged`. No effect if the token was replaced. */
export async function storeIdentity(
  db: Db,
  { signInId, sealed }: SealedToken,
  person: {
    readonly id: string | null;
    readonly name: string | null;
    readonly login: string | null;
    /** Whether the login is the address that was invited. */
    readonly isInvited?: boolean | null;
  },
): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({
      state: 'exchanged',
      procore_user_id: person.id,
      procore_user_name: person.name,
      procore_login: person.login,
      is_invited: person.isInvited ?? null,
    })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'returned')
    .where('sealed_code', 'is', null)
    .where('sealed_token', '=', sealed)
    .execute();
}

/** The person's token while its pending window lasts. */
export async function usableToken(db: Db, signInId: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('sign_in')
    .select('sealed_token')
    .where('sign_in_id', '=', signInId)
    .where('state', 'in', ['returned', 'exchanged', 'confirmed'])
    .where('token_expires_at', '>', now)
    .executeTakeFirst();
  return row?.sealed_token ?? undefined;
}

/** The person wants things set up with their sign-in: a confirmed token is kept for `forMs`, or until that is done. */
export async function keepToken(db: Db, signInId: string, forMs: number): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ token_expires_at: sql<Date>`clock_timestamp() + ${forMs} * interval '1 millisecond'` })
    .where('sign_in_id', '=', signInId)
    .where('state', '=', 'confirmed')
    .where('token_expires_at', '>', now)
    .execute();
}

export interface ConfirmedToken {
  readonly sealed: Buffer;
  /** When the token was requested, by the database's clock. */
  readonly issuedAt: Date;
  readonly person: {
    readonly procoreUserId: string;
    readonly procoreLogin: string | null;
    readonly procoreName: string | null;
  };
  /** As in `SignIn.subject`. */
  readonly subject: string | null;
}

const toKeep = (db: Db) =>
  db
    .selectFrom('sign_in')
    .where('purpose', '=', 'authorize-person')
    .where('state', '=', 'confirmed')
    .where('sealed_token', 'is not', null)
    .where('token_expires_at', '>', now);

/** The pair of a person who agreed to be acted for, until it becomes a grant; locked until the transaction ends. */
export async function confirmedToken(db: Db, signInId: string): Promise<ConfirmedToken | undefined> {
  const row = await toKeep(db)
    .select(['sealed_token', 'code_claimed_at', 'returned_at', 'procore_user_id', 'procore_user_name', 'procore_login'])
    .select('subject')
    .where('sign_in_id', '=', signInId)
    .forUpdate()
    .executeTakeFirst();
  const issuedAt = row?.code_claimed_at ?? row?.returned_at;
  if (!row?.sealed_token || !row.procore_user_id || !issuedAt) return undefined;
  const person = {
    procoreUserId: row.procore_user_id,
    procoreLogin: row.procore_login,
    procoreName: row.procore_user_name,
  };
  return { sealed: row.sealed_token, issuedAt, person, subject: row.subject };
}

/** Confirmed sign-ins whose pairs are not grants yet. */
export async function tokensToKeep(db: Db, limit: number): Promise<readonly string[]> {
  const rows = await toKeep(db).select('sign_in_id').limit(limit).execute();
  return rows.map((row) => row.sign_in_id);
}

/** Deletes the token after its revocation; a confirmed sign-in ends with it. */
export async function wipeToken(db: Db, signInId: string, sealed: Buffer): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({
      sealed_token: null,
      token_expires_at: null,
      ended_at: sql<Date>`CASE WHEN state = 'confirmed' THEN clock_timestamp() ELSE ended_at END`,
    })
    .where('sign_in_id', '=', signInId)
    .where('sealed_token', '=', sealed)
    .execute();
}

/** Tokens no longer needed: to be revoked, then wiped. */
export async function tokensToRevoke(db: Db, limit: number): Promise<readonly SealedToken[]> {
  const rows = await db
    .selectFrom('sign_in')
    .select(['sign_in_id', 'sealed_token'])
    .where('sealed_token', 'is not', null)
    .where((where) => where.or([where('token_expires_at', '<=', now), where('state', 'in', ['refused', 'expired'])]))
    .limit(limit)
    .execute();
  return rows.flatMap(({ sign_in_id, sealed_token }) => (sealed_token ? [{ signInId: sign_in_id, sealed: sealed_token }] : []));
}

const unfinished = 'The sign-in was not finished in time: sign in again.';

/**
 * Ends what was not finished in time: links past their end expire; a sign-in past its pending window is `offered` again; codes
 * older than Procore keeps them (10 min) are wiped. Returns how many rows changed. Tokens are revoked separately.
 */
export async function lapseSignIns(db: Db): Promise<number> {
  const expired = await db
    .updateTable('sign_in')
    .set({ state: 'expired', sealed_code: null, oauth_state_hash: null, ended_at: now })
    .where('state', 'in', ['offered', 'started', 'returned', 'exchanged', 'refused'])
    .where('expires_at', '<=', now)
    .executeTakeFirst();
  const lapsed = await db
    .updateTable('sign_in')
    .set({ state: 'offered', refusal: unfinished, seen: null })
    .where('state', '=', 'exchanged')
    .where((where) => where.or([where('token_expires_at', '<=', now), where('token_expires_at', 'is', null)]))
    .executeTakeFirst();
  const tooOld = await db
    .updateTable('sign_in')
    .set({ state: 'offered', refusal: unfinished, sealed_code: null })
    .where('state', '=', 'returned')
    .where('sealed_code', 'is not', null)
    .where(sql<boolean>`returned_at < clock_timestamp() - interval '10 minutes'`)
    .executeTakeFirst();
  return Number(expired.numUpdatedRows + lapsed.numUpdatedRows + tooOld.numUpdatedRows);
}
