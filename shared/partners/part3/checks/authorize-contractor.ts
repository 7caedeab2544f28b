import { type Check, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { ownerWords } from '../owner-words.ts';
import { peopleOf } from './people.ts';

/**
 * Requires that the connection's authorization is valid. If it lapsed, only its owner is asked to renew it, nobody else's is
 * used; if another person signs in instead, the prime consultant must first accept them. Whoever took it back is not asked for
 * it again: only the prime consultant can bring in somebody, them or another.
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
  if (isOwnerProposed) return stuck('acceptance-missing', 'admin', ownerWords.proposed);
  if (owner.state === 'live') return met({ procoreUserId: owner.procoreUserId });
  if (owner.state === 'revoked') return stuck('grant-lapsed', 'admin', ownerWords.takenBack(null));
  return stuck('grant-lapsed', 'contractor', ownerWords.lapsed(null));
};
