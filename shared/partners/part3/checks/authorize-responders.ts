import { type Check, met } from '../../contract.ts';
import { waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

/** Whoever returns documents has authorized an account of their own. Each is a line of their own in the API; here they are counted. */
export const authorizeResponders: Check = async (context) => {
  const responders = peopleOf(context).team.filter(({ returns }) => returns);
  const authorized = responders.filter(({ authorization }) => authorization === 'live').length;
  if (authorized === responders.length) return met({ authorized, of: responders.length });
  const ask = responders
    .filter(({ authorization }) => authorization === 'none' || authorization === 'revoked')
    .map(({ memberId }) => memberId);
  const { outcome } = waiting('responder', {
    seen: `${authorized} of ${responders.length} people who return documents have authorized Procore.`,
    needed: 'Each of them authorizes an account of their own once; their answers wait until then.',
    where: 'With the link each of them was sent: Authorize.',
  });
  return { outcome, keep: { ask } };
};
