import { type Check, met } from '../../contract.ts';
import { waiting } from '../../words.ts';
import { obstacleOf } from './invitation.ts';
import { peopleOf } from './people.ts';

const where = 'In the mail with the invitation: See what is asked. Or on the page that opened: Continue with Procore.';

/**
 * Requires that the contractor came back from Procore and confirmed that the account is theirs. Their identity is in a row,
 * never in an outcome.
 */
export const contractorSignsIn: Check = async (context) => {
  const { owner, signIn, invitation } = peopleOf(context);
  if (owner !== null) return met({ procoreUserId: owner.procoreUserId });
  const obstacle = obstacleOf(invitation);
  if (obstacle !== null) return obstacle;
  switch (signIn?.state) {
    case 'returned':
      return waiting('procore', {
        seen: 'The contractor came back from Procore; the sign-in is being completed.',
        needed: 'A moment.',
        where: 'Nothing to do.',
      });
    case 'exchanged':
    case 'confirmed':
      return waitingFor('The contractor signed in to Procore.', 'They say on the page that this account is theirs.');
    case 'started':
      return waitingFor('The contractor went to Procore to sign in.', 'They sign in there.');
    default:
      return waitingFor(
        signIn?.refusal ?? (invitation?.state === 'opened' ? 'The contractor opened the link.' : 'The contractor has the mail.'),
        'They sign in to Procore once. It takes about three minutes in all.',
      );
  }
};

const waitingFor = (seen: string, needed: string) => waiting('contractor', { seen, needed, where });
