import { sql } from 'kysely';
import { type Connection, endedStages } from '../connections/connections.ts';
import { findGrant } from '../grants/grants.ts';
import type { Db } from '../tenancy.ts';

/**
 * Where the owner of a connection is written to whom whoever invited has accepted. An address is a person's: one row a connection and
 * person, whoever owns the connection by then. Who has none there is written to at the address that was invited.
 */
export interface OwnerAddress {
  readonly procoreUserId: string;
  readonly sealedAddress: Buffer;
}

type Place = Pick<Connection, 'tenantId' | 'connectionId'>;

/** Keeps the address that came with an acceptance of that person; of theirs the newest counts. */
export async function storeOwnerAddress(
  db: Db,
  { tenantId, connectionId }: Place,
  { procoreUserId, sealedAddress }: OwnerAddress,
): Promise<void> {
  const given = { sealed_address: sealedAddress, given_at: sql<Date>`clock_timestamp()` };
  await db
    .insertInto('owner_address')
    .values({ tenant_id: tenantId, connection_id: connectionId, procore_user_id: procoreUserId, ...given })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'procore_user_id']).doUpdateSet(given))
    .execute();
}

/** From now on that person is not written to at the address that was invited: at the one that was given for them, or not at all. */
export async function needOwnAddress(db: Db, { tenantId, connectionId }: Place, procoreUserId: string): Promise<void> {
  await db
    .insertInto('owner_address')
    .values({ tenant_id: tenantId, connection_id: connectionId, procore_user_id: procoreUserId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** That person has come by an invitation of their own: nobody has to say where they are written to. */
export async function useInvitedAddress(db: Db, connectionId: string, procoreUserId: string): Promise<void> {
  await db
    .deleteFrom('owner_address')
    .where('connection_id', '=', connectionId)
    .where('procore_user_id', '=', procoreUserId)
    .where('sealed_address', 'is', null)
    .execute();
}

/** Where the owner is written to: `invited`, at the address that was invited; `wanted`, nobody has said where, and no mail goes out. */
export async function ownerAddress(
  db: Db,
  { connectionId, ownerGrantId }: Pick<Connection, 'connectionId' | 'ownerGrantId'>,
): Promise<'invited' | 'wanted' | (OwnerAddress & { readonly givenAt: Date })> {
  const owner = ownerGrantId === null ? undefined : await findGrant(db, ownerGrantId);
  if (owner === undefined) return 'invited';
  const { procoreUserId } = owner;
  const kept = await db
    .selectFrom('owner_address')
    .select(['sealed_address as sealedAddress', 'given_at as givenAt'])
    .where('connection_id', '=', connectionId)
    .where('procore_user_id', '=', procoreUserId)
    .executeTakeFirst();
  if (kept === undefined) return 'invited';
  const { sealedAddress, givenAt } = kept;
  return sealedAddress === null ? 'wanted' : { procoreUserId, sealedAddress, givenAt };
}

/** Erases the addresses of connections that have ended, in the unit of work that ends one: nobody is written to for it any more. */
export async function eraseOwnerAddresses(db: Db): Promise<void> {
  await db
    .deleteFrom('owner_address')
    .where(
      'connection_id',
      'in',
      db
        .selectFrom('connection')
        .select('connection_id')
        .where('stage', 'in', [...endedStages]),
    )
    .execute();
}
