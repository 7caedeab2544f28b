import { type Check, met } from '../../contract.ts';
import { obstacleOf } from './invitation.ts';
import { peopleOf } from './people.ts';

/** Requires that somebody was asked to connect the project, and their mail server took the mail. */
export const inviteContractor: Check = async (context) => {
  const { invitation } = peopleOf(context);
  const obstacle = obstacleOf(invitation);
  if (obstacle !== null || invitation === null) return obstacle ?? met({});
  return met({ company: invitation.companyName, project: invitation.partnerProjectName });
};
