import type { InvitationMailKind } from '../domain/mail.ts';
import { plainName } from '../domain/mail.ts';
import type { SupportContact } from '../partners/contract.ts';
import { type Letter, type Sentence, say } from './letter.ts';
import { dayOf, subjectOf, supportLine } from './words.ts';

/** Input of the mails about an invitation: names as others gave them, and the link. */
export interface InvitationFacts {
  readonly inviterName: string;
  readonly inviterCompany: string;
  readonly invitedCompany: string;
  readonly projectName: string;
  readonly partnerTitle: string;
  /** What then happens automatically, in the partner's words: one sentence. */
  readonly purpose: string;
  /** Address of the invited person: `g•••@acme.example`. */
  readonly invitedShown: string;
  readonly passedOn: boolean;
  /** What the inviter does if the owner took the authorization back, and where, in the partner's words. */
  readonly inviteAgain: string;
  readonly url: string;
  readonly expiresAt: Date;
  readonly support: SupportContact;
}

const whyInvited = (facts: InvitationFacts): readonly Sentence[] => [
  facts.passedOn
    ? say`This mail came because a colleague of yours named you as the right person when ${plainName(facts.inviterName)} of ${plainName(facts.inviterCompany)} invited your company.`
    : say`This mail came because ${plainName(facts.inviterName)} of ${plainName(facts.inviterCompany)} gave us your address for this one invitation.`,
  [
    'Not for you, or no reminders wanted? The page behind the button has “I’m not the right person” and “No more reminders”. If you do nothing, reminders end after a week and the link ends by itself.',
  ],
  supportLine(facts),
];

const whyInviter = (facts: InvitationFacts): readonly Sentence[] => [
  say`This mail came because you invited ${plainName(facts.invitedCompany)} to connect Procore. To get no more of these, withdraw the invitation in ${facts.partnerTitle}.`,
  supportLine(facts),
];

const letters: Readonly<Record<InvitationMailKind, (facts: InvitationFacts) => Letter>> = {
  invitation: (facts) => ({
    subject: subjectOf(facts.projectName, 'connect Procore (3 minutes, once)'),
    paragraphs: [
      say`${plainName(facts.inviterName)} of ${plainName(facts.inviterCompany)} invites ${plainName(facts.invitedCompany)} to connect ${facts.partnerTitle} to Procore for the project ${plainName(facts.projectName)}.`,
      [facts.purpose],
      [
        'It takes about three minutes, once. There is no account to make and no password to keep. You need to be a Procore admin on the project.',
      ],
      [`The link is for you alone and works until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'See what is asked', url: facts.url },
    why: whyInvited(facts),
  }),
  reminder: (facts) => ({
    subject: subjectOf(facts.projectName, 'Procore is not connected yet (3 minutes, once)'),
    paragraphs: [
      say`${plainName(facts.inviterName)} of ${plainName(facts.inviterCompany)} still waits for ${plainName(facts.invitedCompany)} to connect ${facts.partnerTitle} to Procore for the project ${plainName(facts.projectName)}.`,
      [`The link is the one you were sent before. It works until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'See what is asked', url: facts.url },
    why: whyInvited(facts),
  }),
  'passed-on': (facts) => ({
    subject: subjectOf(facts.projectName, 'your invitation was passed on'),
    paragraphs: [
      say`Whom you invited at ${plainName(facts.invitedCompany)} is not the right person to connect Procore for ${plainName(facts.projectName)}, and named a colleague: ${facts.invitedShown}. The invitation has gone to that address.`,
      ['You need to do nothing. If you do not know that address, withdraw the invitation.'],
    ],
    why: whyInviter(facts),
  }),
  expired: (facts) => ({
    subject: subjectOf(facts.projectName, 'the invitation to connect Procore has expired'),
    paragraphs: [
      say`The invitation of ${plainName(facts.invitedCompany)} for ${plainName(facts.projectName)} (sent to ${facts.invitedShown}) has expired: its link has ended, and nothing was connected by it.`,
      ['Send it again, or invite somebody else.'],
    ],
    why: whyInviter(facts),
  }),
  ended: (facts) => ({
    subject: subjectOf(facts.projectName, 'the onboarding to connect Procore has ended'),
    paragraphs: [
      say`${plainName(facts.invitedCompany)} did not connect Procore for ${plainName(facts.projectName)} in time (the invitation went to ${facts.invitedShown}), and the onboarding has ended. No link of it works any more.`,
      ['Begin a new onboarding to invite somebody again.'],
    ],
    why: whyInviter(facts),
  }),
  bounced: (facts) => ({
    subject: subjectOf(facts.projectName, 'the invitation to connect Procore did not arrive'),
    paragraphs: [
      say`The mail server of ${facts.invitedShown} refused the invitation of ${plainName(facts.invitedCompany)} to connect Procore for ${plainName(facts.projectName)}.`,
      ['Ask them for an address that takes mail, and invite them there.'],
    ],
    why: whyInviter(facts),
  }),
  'taken-back': (facts) => ({
    subject: subjectOf(facts.projectName, 'the authorization in Procore was taken back'),
    paragraphs: [
      say`Whoever connected Procore at ${plainName(facts.invitedCompany)} for ${plainName(facts.projectName)} has taken their authorization back. Nothing more is read with it; what was carried over by then stays.`,
      [`${facts.inviteAgain} We ask them for nothing by ourselves.`],
      ['If they sign in again, work goes on by itself.'],
    ],
    why: [
      say`This mail came because you invited ${plainName(facts.invitedCompany)} to connect Procore. You get it once for each time.`,
      supportLine(facts),
    ],
  }),
};

export const letterOf = (kind: InvitationMailKind, facts: InvitationFacts): Letter => letters[kind](facts);
