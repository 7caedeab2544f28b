import { sql } from 'kysely';
import type { Db } from '../tenancy.ts';
import { leavePair } from './grant-leftovers.ts';

/** How a grant is created, by a confirmed sign-in, and how it ends. */
export interface SignedInPerson {
  readonly tenantId: string;
  readonly procoreUserId: string;
  readonly procoreLogin: string | null;
  readonly procoreName: string | null;
}

export interface SignedInPair {
  readonly grantId: string;
  readonly sealedPair: Buffer;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** The sign-in that brought it. */
  readonly signInId: string;
}

/** The columns of a grant with a new pair: live, with all traces of attempts on the former pair cleared. */
export const withNewPair = (version: number, pair: Pick<SignedInPair, 'sealedPair' | 'issuedAt' | 'expiresAt'>) => ({
  state: 'live' as const,
  version,
  sealed_pair: pair.sealedPair,
  access_issued_at: pair.issuedAt,
  access_expires_at: pair.expiresAt,
  attempt_id: null,
  lease_until: null,
  unknowns: 0,
  not_sent: 0,
  next_try_at: null,
});

/** The grant that a new sign-in of this person replaces, locked until the transaction ends. */
export async function lockGrantOfPerson(db: Db, procoreUserId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('person_grant')
    .select('grant_id')
    .where('procore_user_id', '=', procoreUserId)
    .where('state', '<>', 'revoked')
    .forUpdate()
    .executeTakeFirst();
  return row?.grant_id;
}

/** A person's first authorization, or the first after a revocation: live, version 1. */
export async function beginGrant(db: Db, person: SignedInPerson, pair: SignedInPair): Promise<void> {
  await db
    .insertInto('person_grant')
    .values({
      tenant_id: person.tenantId,
      grant_id: pair.grantId,
      procore_user_id: person.procoreUserId,
      procore_login: person.procoreLogin,
      procore_name: person.procoreName,
      state: 'live',
      sealed_pair: pair.sealedPair,
      access_issued_at: pair.issuedAt,
      access_expires_at: pair.expiresAt,
    })
    .execute();
  await noteEvent(db, person.tenantId, { grantId: pair.grantId, version: 1, kind: 'authorized', attemptId: pair.signInId });
}

/**
 * The same person signed in again: their new pair is the next version, whatever the former's state; the former is left to be
 * revoked. A concurrent refresh finds another version when it stores, and leaves its own pair too. False if the grant was revoked
 * or is another person's.
 */
export async function replacePair(db: Db, person: SignedInPerson, pair: SignedInPair): Promise<boolean> {
  const former = await db
    .selectFrom('person_grant')
    .select(['version', 'sealed_pair'])
    .where('grant_id', '=', pair.grantId)
    .where('procore_user_id', '=', person.procoreUserId)
    .where('state', '<>', 'revoked')
    .forUpdate()
    .executeTakeFirst();
  if (!former?.sealed_pair) return false;
  await leavePair(db, { tenantId: person.tenantId, grantId: pair.grantId, sealedPair: former.sealed_pair });
  await db
    .updateTable('person_grant')
    .set({
      ...withNewPair(former.version + 1, pair),
      procore_login: person.procoreLogin,
      // a sign-in without a company has no name: the known one is kept
      ...(person.procoreName !== null && { procore_name: person.procoreName }),
      authorized_at: sql<Date>`clock_timestamp()`,
      // the last use was the former pair's
      last_used_at: null,
    })
    .where('grant_id', '=', pair.grantId)
    .execute();
  const event = { grantId: pair.grantId, version: former.version + 1, kind: 'authorized', attemptId: pair.signInId } as const;
  await noteEvent(db, person.tenantId, event);
  return true;
}

/**
 * Final. The row changes first, so that no read finds it usable; its pair is left to be revoked at Procore, which upkeep retries
 * until it succeeds. False if there is no such grant, or it was revoked before.
 */
export async function revokeGrant(db: Db, grantId: string): Promise<boolean> {
  const former = await db
    .selectFrom('person_grant')
    .select(['tenant_id', 'version', 'sealed_pair'])
    .where('grant_id', '=', grantId)
    .where('state', '<>', 'revoked')
    .forUpdate()
    .executeTakeFirst();
  if (!former?.sealed_pair) return false;
  await leavePair(db, { tenantId: former.tenant_id, grantId, sealedPair: former.sealed_pair });
  await db
    .updateTable('person_grant')
    .set({
      state: 'revoked',
      sealed_pair: null,
      attempt_id: null,
      lease_until: null,
      next_try_at: null,
      revoked_at: sql<Date>`clock_timestamp()`,
    })
    .where('grant_id', '=', grantId)
    .execute();
  await noteEvent(db, former.tenant_id, { grantId, version: former.version, kind: 'revoked', attemptId: null });
  return true;
}

async function noteEvent(
  db: Db,
  tenantId: string,
  event: {
    readonly grantId: string;
    readonly version: number;
    readonly kind: 'authorized' | 'revoked';
    readonly attemptId: string | null;
  },
): Promise<void> {
  await db
    .insertInto('grant_event')
    .values({
      tenant_id: tenantId,
      grant_id: event.grantId,
      version: event.version,
      kind: event.kind,
      attempt_id: event.attemptId,
    })
    .execute();
}
