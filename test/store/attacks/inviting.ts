import { newestOfOpenLinks } from '../../../shared/store/grants/sign-ins.ts';
import { claimMail, queueMail, requeueMail, settleMail, sweepMail } from '../../../shared/store/mail.ts';
import { contractorSubject } from '../../../shared/store/people/authorizations.ts';
import { endInvitations, noteSignedIn } from '../../../shared/store/people/invitation-returns.ts';
import { expireInvitations, sweepInvitations } from '../../../shared/store/people/invitation-times.ts';
import {
  acceptInvitation,
  endInvitationsWith,
  findInvitation,
  invite,
  lengthOfChain,
  listInvitations,
  passOn,
  sendAgain,
  withdrawInvitation,
} from '../../../shared/store/people/invitations.ts';
import { tellTakenBack } from '../../../shared/store/people/taken-back.ts';
import type { Attacks } from './attack.ts';

const bytes = Buffer.from('attack');
const names = {
  partnerProjectId: 'attack',
  projectName: 'attack',
  inviterName: 'attack',
  inviterCompany: 'attack',
  invitedCompany: 'attack',
  invitedShown: 'attack',
  sealedInviter: bytes,
  sealedInvited: bytes,
  restoreEpoch: 'one',
  createdBy: 'attack',
  lifeMs: 60_000,
};

/** Invitations and the mails about them, by ids. */
export const onInvitations = {
  invite: (db, { tenantId, connectionId, invitations }) =>
    invite(db, { ...names, tenantId, invitationId: invitations.created.replace(/^./, '0'), connectionId, linkHash: bytes }),
  findInvitation: (db, { invitations }) => findInvitation(db, invitations.created),
  listInvitations: (db, { connectionId }) => listInvitations(db, connectionId),
  sendAgain: (db, { invitations }) =>
    sendAgain(db, invitations.sent, { generation: 1, linkHash: bytes, restoreEpoch: 'one', lifeMs: 60_000 }),
  withdrawInvitation: (db, { invitations }) => withdrawInvitation(db, invitations.sent),
  acceptInvitation: (db, { signIns }) => acceptInvitation(db, signIns.confirmed, 'attack'),
  noteSignedIn: (db, { signIns }) => noteSignedIn(db, signIns.confirmed, 'attack'),
  endInvitations: (db, { connectionId }) => endInvitations(db, connectionId, 'attack'),
  endInvitationsWith: (db, { connectionId }) => endInvitationsWith(db, connectionId, 'expired'),
  newestOfOpenLinks: (db, { connectionId }) => newestOfOpenLinks(db, connectionId, contractorSubject),
  passOn: (db, { invitations }) => passOn(db, invitations.opened),
  lengthOfChain: (db, { invitations }) => lengthOfChain(db, invitations.created),
  expireInvitations: (db) => expireInvitations(db),
  sweepInvitations: (db) => sweepInvitations(db),

  queueMail: (db, { tenantId, invitations }) =>
    queueMail(db, {
      tenantId,
      businessKey: 'attack',
      kind: 'invitation',
      invitationId: invitations.created,
      generation: 1,
      restoreEpoch: 'one',
    }),
  claimMail: (db) => claimMail(db, 60_000),
  settleMail: (db, { mails, mailAttemptId }) => settleMail(db, { mailId: mails.sending, attemptId: mailAttemptId }, 'sent', null),
  requeueMail: (db, { mails, mailAttemptId }) =>
    requeueMail(db, { mailId: mails.sending, attemptId: mailAttemptId }, 1000, 'attack'),
  tellTakenBack: (db, { tenantId, grants }) => tellTakenBack(db, { tenantId, grantId: grants.lapsed, restoreEpoch: 'one' }),
  sweepMail: (db) => sweepMail(db),
} satisfies Attacks;
