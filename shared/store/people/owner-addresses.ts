import { sql } from 'kysely';
import { type Connection, endedStages } from '../connections/connections.ts';
import { findGrant } from '../grants/grants.ts';
import type { Db } from '../tenancy.ts';

/**
 * Mail addresses of owners accepted by the inviter. One row per connection and person, whoever owns the connection later. A
 * person without a row is written to at the invited address.
 */
export interface OwnerAddress {
  readonly procoreUserId: string;
  readonly sealedAddress: Buffer;
}

type Place = Pick<Connection, 'tenantId' | 'connectionId'>;

/** Stores the address given with the acceptance of that person; the newest replaces earlier ones. */
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

/** Stops mail for that person to the invited address: they are written to at the address given for them, or not at all. */
export async function needOwnAddress(db: Db, { tenantId, connectionId }: Place, procoreUserId: string): Promise<void> {
  await db
    .insertInto('owner_address')
    .values({ tenant_id: tenantId, connection_id: connectionId, procore_user_id: procoreUserId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** That person came by their own invitation: no address has to be given for them. */
export async function useInvitedAddress(db: Db, connectionId: string, procoreUserId: string): Promise<void> {
  await db
    .deleteFrom('owner_address')
    .where('connection_id', '=', connectionId)
    .where('procore_user_id', '=', procoreUserId)
    .where('sealed_address', 'is', null)
    .execute();
}

/** The owner's mail address: `invited`, the address that was invited; `wanted`, none was given and no mail is sent. */
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

/** Erases the addresses of ended connections, in the transaction that ends one: no mail is sent for it after that. */
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
