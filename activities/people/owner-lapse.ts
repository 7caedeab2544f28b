import { Fault } from '../../shared/domain/faults.ts';
import type { Connection } from '../../shared/store/connections/connections.ts';
import { findGrant, type PersonGrant } from '../../shared/store/grants/grants.ts';
import { proposedOwner } from '../../shared/store/people/authorizations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import type { PersonsReach } from '../clients.ts';
import { recasting } from './recast.ts';

/** The fault of an owner's lapse: `grant-lapsed`, for the contractor, or `acceptance-missing`, for the inviter. */
type OwnerLapse = () => Fault;

/** The contractor signs in again. A member's own lapse is reported elsewhere, to the member. */
export const contractorSignsIn: OwnerLapse = () =>
  new Fault('grant-lapsed', {
    owner: 'contractor',
    seen: 'The authorization with which this project is read does not stand any more.',
    needed: 'The contractor, or another admin of the project, signs in to Procore again.',
    where: 'In the mail that asks for it: Sign in to Procore again.',
  });

/** The owner has taken the authorization back, and is not asked for it again: the inviter brings in them or another. */
const inviterInvites: OwnerLapse = () =>
  new Fault('grant-lapsed', {
    owner: 'admin',
    seen: 'Whoever connected this project has taken their authorization back.',
    needed: 'Whoever invited invites them, or another admin of the project, again.',
    where: 'On this page: Contractor → Invite.',
  });

/** Another person has already signed in to replace the owner: nobody has to sign in, but the inviter has to confirm them. */
const inviterAccepts: OwnerLapse = () =>
  new Fault('acceptance-missing', {
    seen: 'The authorization with which this project is read does not stand any more, and another person signed in.',
    needed: 'Whoever invited says that it is right, or invites again; or the owner signs in themselves.',
    where: 'On this page: Contractor → That is right.',
  });

/** `isProposed`: another person waits to take the owner's place. */
export function lapseOf(owner: Pick<PersonGrant, 'state'> | null | undefined, isProposed: boolean): OwnerLapse {
  if (isProposed) return inviterAccepts;
  return owner?.state === 'revoked' ? inviterInvites : contractorSignsIn;
}

export async function ownerLapseOf(db: Db, connection: Connection): Promise<OwnerLapse> {
  const owner = connection.ownerGrantId === null ? undefined : await findGrant(db, connection.ownerGrantId);
  return lapseOf(owner, (await proposedOwner(db, connection)) !== undefined);
}

/** The same reach, for the person a connection is read as: if their authorization has lapsed, it throws the owner's lapse. */
export const lapsingAs = (reach: PersonsReach, lapse: OwnerLapse): PersonsReach =>
  recasting(reach, ({ kind }) => (kind === 'grant-lapsed' ? lapse() : undefined));
