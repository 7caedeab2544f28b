import { type Check, type CheckResult, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

/**
 * Requires that the connection's authorization is valid. If it lapsed, only its owner is asked to renew it, nobody else's is
 * used; if another person signs in instead, the prime consultant must first accept them.
 */
export const authorizeContractor: Check = async (context) => {
  const { owner, isOwnerProposed } = peopleOf(context);
  if (owner === null) {
    return waiting('contractor', {
      seen: 'The contractor has not authorized us yet.',
      needed: 'They sign in to Procore once.',
      where: 'In the mail with the invitation: See what is asked.',
    });
  }
  if (isOwnerProposed) return primeDecides();
  if (owner.state === 'live') return met({ procoreUserId: owner.procoreUserId });
  if (owner.state === 'revoked') return primeInvites();
  return stuck('grant-lapsed', 'contractor', {
    seen: 'Procore does not accept the contractor’s authorization any more.',
    needed: 'The contractor, or another admin of the project, signs in to Procore again.',
    where: 'In the mail that asks for it: Sign in to Procore again.',
  });
};

/** Whoever takes their authorization back is not asked for it again: only the prime consultant can bring in somebody, them or another. */
const primeInvites = (): CheckResult =>
  stuck('grant-lapsed', 'admin', {
    seen: 'The contractor has taken the authorization back.',
    needed: 'Whoever invited invites them, or another admin of the project, again.',
    where: 'On this page: Contractor → Invite.',
  });

const primeDecides = (): CheckResult =>
  stuck('acceptance-missing', 'admin', {
    seen: 'Someone other than the owner or the invited person signed in to Procore for this project. Nothing is read as them until whoever invited confirms them.',
    needed: 'Whoever invited says that it is right, or invites again; or the owner signs in themselves.',
    where: 'On this page: Contractor → That is right.',
  });
