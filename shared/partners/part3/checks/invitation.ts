import type { Check, CheckResult } from '../../contract.ts';
import type { InvitationFacts } from '../../people.ts';
import { stuck, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

const where = 'On this page: Contractor → Invite.';
const sendAgain = 'On this page: Contractor → Send again.';

/** The invitation is withdrawn, whoever signed in by it. */
export const takenBack = stuck('invitation-failed', 'admin', {
  seen: 'The invitation was taken back.',
  needed: 'A new invitation.',
  where,
});

const expired = stuck('invitation-failed', 'admin', {
  seen: 'The invitation has expired: its link lets nobody in any more.',
  needed: 'Send it again, or invite somebody else.',
  where: sendAgain,
});

/** They signed in: who has the page open goes on, and everybody else needs a link. */
const expiredMeanwhile = waiting('admin', {
  seen: 'The contractor signed in and has not connected the project yet; the invitation has expired since.',
  needed: 'Send it again, so that they can come back.',
  where: sendAgain,
});

/** Its end counts from that moment on, whether it is marked or not. */
const stateOf = ({ state, expiresAtMs }: InvitationFacts): InvitationFacts['state'] =>
  expiresAtMs <= Date.now() && state !== 'withdrawn' && state !== 'accepted' ? 'expired' : state;

/** Why nobody can come by the invitation, and who mends that; null if its link lets them in. */
export function obstacleOf(invitation: InvitationFacts | null): CheckResult | null {
  switch (invitation === null ? undefined : stateOf(invitation)) {
    case undefined:
      return waiting('admin', {
        seen: 'Nobody of the general contractor was invited yet.',
        needed: 'The contact person of the general contractor, by e-mail.',
        where,
      });
    case 'queued':
      return waiting('operator', { seen: 'The invitation is on its way.', needed: 'A moment.', where: 'Nothing to do.' });
    case 'bounced':
      return stuck('invitation-failed', 'admin', {
        seen: `The mail server of the address refused the invitation${invitation?.refusal == null ? '' : `: ${invitation.refusal}`}.`,
        needed: 'An address that takes mail.',
        where: 'On this page: Contractor → Invite, with the right address.',
      });
    case 'expired':
      return expired;
    case 'withdrawn':
      return takenBack;
    case 'sent':
    case 'opened':
    case 'accepted':
      return null;
  }
}

/**
 * For a step of the contractor's, who comes by the invitation until the project is connected: it waits for the contractor only while
 * the link lets them in, and until then. Once it has ended it is the inviter's turn.
 */
export const whileInvited =
  (check: Check): Check =>
  async (context) => {
    const result = await check(context);
    const { invitation, boundProject } = peopleOf(context);
    const { outcome } = result;
    if (outcome.state === 'met' || invitation === null || boundProject !== null) return result;
    const state = stateOf(invitation);
    if (state !== 'withdrawn' && state !== 'expired')
      return { ...result, outcome: { ...outcome, untilMs: invitation.expiresAtMs } };
    if (outcome.on !== 'contractor') return result;
    return { ...result, outcome: (state === 'withdrawn' ? takenBack : expiredMeanwhile).outcome };
  };
