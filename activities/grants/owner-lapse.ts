import { Fault } from '../../shared/domain/faults.ts';
import type { PartnerName } from '../../shared/domain/partners.ts';
import type { OwnerWords } from '../../shared/partners/owner-words.ts';
import { declarations } from '../../shared/partners/registry.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { findGrant, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { proposedOwner } from '../../shared/store/people/authorizations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { PersonsReach } from '../clients.ts';
import { recasting } from './recast.ts';

/**
 * The fault of an owner's lapse: `grant-lapsed`, for the contractor, or for the inviter if it was taken back;
 * `acceptance-missing`, for the inviter.
 */
type OwnerLapse = () => Fault;

/** What this partner says while an owner does not read. */
export function ownerWordsOf(partner: PartnerName): OwnerWords {
  const words = declarations[partner].ownerWords;
  if (words === undefined) throw new Error(`${partner} has no words for owners of connections`);
  return words;
}

/** `isProposed`: another person waits to take the owner's place. A member's own lapse is reported elsewhere, to the member. */
export function lapseOf(
  partner: PartnerName,
  owner: Pick<PersonGrant, 'state'> | null | undefined,
  isProposed: boolean,
): OwnerLapse {
  const words = ownerWordsOf(partner);
  if (isProposed) return () => new Fault('acceptance-missing', words.proposed);
  if (owner?.state === 'revoked') return () => new Fault('grant-lapsed', { owner: 'admin', ...words.takenBack(null) });
  return () => new Fault('grant-lapsed', { owner: 'contractor', ...words.lapsed(null) });
}

export async function ownerLapseOf(db: Db, connection: Connection): Promise<OwnerLapse> {
  const owner = connection.ownerGrantId === null ? undefined : await findGrant(db, connection.ownerGrantId);
  return lapseOf(connection.partner, owner, (await proposedOwner(db, connection)) !== undefined);
}

/** The same reach, for the person a connection is read as: if their authorization has lapsed, it throws the owner's lapse. */
export const lapsingAs = (reach: PersonsReach, lapse: OwnerLapse): PersonsReach =>
  recasting(reach, ({ kind }) => (kind === 'grant-lapsed' ? lapse() : undefined));
