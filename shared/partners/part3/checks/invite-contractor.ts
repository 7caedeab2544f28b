import { type Check, met } from '../../contract.ts';
import { stuck, waiting } from '../../words.ts';
import { peopleOf } from './people.ts';

const where = 'On this page: Contractor → Invite.';

/** The invitation is withdrawn, whoever signed in by it. */
export const takenBack = stuck('invitation-failed', 'admin', {
  seen: 'The invitation was taken back.',
  needed: 'A new invitation.',
  where,
});

/** Requires that somebody was asked to connect the project, and their mail server took the mail. */
export const inviteContractor: Check = async (context) => {
  const { invitation } = peopleOf(context);
  switch (invitation?.state) {
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
        seen: `The mail server of the address refused the invitation${invitation.refusal === null ? '' : `: ${invitation.refusal}`}.`,
        needed: 'An address that takes mail.',
        where: 'On this page: Contractor → Invite, with the right address.',
      });
    case 'expired':
      return stuck('invitation-failed', 'admin', {
        seen: 'The invitation has expired before anybody used it.',
        needed: 'A new invitation.',
        where: 'On this page: Contractor → Send again.',
      });
    case 'withdrawn':
      return takenBack;
    case 'sent':
    case 'opened':
    case 'accepted':
      return met({ company: invitation.companyName, project: invitation.partnerProjectName });
  }
};
