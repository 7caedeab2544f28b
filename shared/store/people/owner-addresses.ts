import { findGrant } from '../grants/grants.ts';
import type { Db } from '../tenancy.ts';

/** Where whoever invited says that an accepted person is written to; sealed. */
export interface OwnerAddress {
  readonly procoreUserId: string;
  readonly sealedAddress: Buffer;
}

/** Keeps the address that came with an acceptance; the newest counts. */
export async function storeOwnerAddress(
  db: Db,
  connectionId: string,
  { procoreUserId, sealedAddress }: OwnerAddress,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ owner_address_of: procoreUserId, sealed_owner_address: sealedAddress })
    .where('connection_id', '=', connectionId)
    .execute();
}

/** From now on that person is not written to at the address that was invited: at the one that was kept for them, or not at all. */
export async function needOwnAddress(db: Db, connectionId: string, procoreUserId: string): Promise<void> {
  await db
    .updateTable('connection')
    .set({ owner_address_of: procoreUserId, sealed_owner_address: null })
    .where('connection_id', '=', connectionId)
    .where('owner_address_of', 'is distinct from', procoreUserId)
    .execute();
}

/** The owner has come by an invitation of their own: that address is theirs. */
export async function useInvitedAddress(db: Db, connectionId: string): Promise<void> {
  await db
    .updateTable('connection')
    .set({ owner_address_of: null, sealed_owner_address: null })
    .where('connection_id', '=', connectionId)
    .execute();
}

/** Where the owner is written to: `invited`, at the address that was invited; `wanted`, nobody has said where, and no mail goes out. */
export async function ownerAddress(
  db: Db,
  { connectionId, ownerGrantId }: { readonly connectionId: string; readonly ownerGrantId: string | null },
): Promise<'invited' | 'wanted' | OwnerAddress> {
  const kept = await db
    .selectFrom('connection')
    .select(['owner_address_of as procoreUserId', 'sealed_owner_address as sealedAddress'])
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  if (kept?.procoreUserId == null || ownerGrantId === null) return 'invited';
  if ((await findGrant(db, ownerGrantId))?.procoreUserId !== kept.procoreUserId) return 'invited';
  const { procoreUserId, sealedAddress } = kept;
  return sealedAddress === null ? 'wanted' : { procoreUserId, sealedAddress };
}
