import { type Check, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

/** The authorization that the connection is read with stands. One that lapsed is asked for again from its owner; nobody else's is borrowed. */
export const authorizeContractor: Check = async (context) => {
  const { owner } = peopleOf(context);
  if (owner === null) {
    return waiting('contractor', {
      seen: 'The contractor has not authorized us yet.',
      needed: 'They sign in to Procore once.',
      where: 'In the mail with the invitation: See what is asked.',
    });
  }
  if (owner.state === 'live') return met({ procoreUserId: owner.procoreUserId });
  return stuck('grant-lapsed', 'contractor', {
    seen:
      owner.state === 'revoked'
        ? 'The contractor has taken the authorization back.'
        : 'Procore does not accept the contractor’s authorization any more.',
    needed: 'The contractor, or another admin of the project, signs in to Procore again.',
    where: 'In the mail that asks for it: Sign in to Procore again.',
  });
};
