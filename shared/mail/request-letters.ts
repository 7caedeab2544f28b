import { plainName, type RequestMailKind } from '../domain/mail.ts';
import type { SupportContact } from '../partners/contract.ts';
import { type Letter, type Name, type Sentence, say } from './letter.ts';
import { dayOf, momentInWords, subjectOf, supportLine } from './words.ts';

/** Input of the mails to a person who authorizes Procore for themselves: names as others gave them, and their links. */
export interface RequestFacts {
  readonly tenantName: string;
  /** In Procore. */
  readonly projectName: string;
  /** Of all projects that the authorization serves, the one above included: the oldest connection first. */
  readonly projectNames: readonly string[];
  readonly partnerTitle: string;
  /** The owner of the connection; else a person who returns documents. */
  readonly isOwner: boolean;
  /** Single use. */
  readonly url: string;
  /** Shows what they have authorized, after a sign-in to Procore; does not expire. */
  readonly accountUrl: string;
  readonly expiresAt: Date;
  /** Until when the connection can be undone; null: not (any more). */
  readonly undoUntil: Date | null;
  readonly support: SupportContact;
}

const why = (facts: RequestFacts, because: Sentence, ending: Sentence): readonly Sentence[] => [
  because,
  ending,
  [`What you have authorized, since when, and how to revoke it: ${facts.accountUrl}`],
  supportLine(facts),
];

const whyResponder = (facts: RequestFacts, ending: Sentence): readonly Sentence[] =>
  why(
    facts,
    say`This mail came because ${plainName(facts.tenantName)} named you in ${facts.partnerTitle} as somebody who returns documents for ${plainName(facts.projectName)}.`,
    ending,
  );

const whyOwner = (facts: RequestFacts): Sentence =>
  say`This mail came because you were invited by ${plainName(facts.tenantName)} to connect ${plainName(facts.projectName)}, and it is connected.`;

const endingOfAsked: Sentence = [
  'No reminders wanted? The page behind the button has “No more reminders”. If you do nothing, reminders end after a week and the link ends by itself.',
];

const endingOfConsent: Sentence = [
  'No reminders wanted? The page behind the button has “I do not agree”. If you do nothing, reminders end after a week, and all stays as it is.',
];

const namedAtMost = 5;

/** `A, B and 2 more`. */
function listed(names: readonly string[]): Sentence {
  const shown = names.slice(0, namedAtMost).map((name): Name => ({ name: plainName(name) }));
  const more = names.length - shown.length;
  const parts: Sentence = more > 0 ? [...shown, `${more} more`] : shown;
  return parts.flatMap((part, at) => (at === 0 ? [part] : [at === parts.length - 1 ? ' and ' : ', ', part]));
}

const readAs = ({ length }: readonly string[]): string =>
  `${length > 1 ? ' are read. Until you have signed in again they are' : ' is read. Until you have signed in again it is'} read as nobody, or as a colleague who agreed to that; nothing is lost.`;

const readAndDecide = ({ accountUrl }: RequestFacts) => ({ label: 'Read and decide', url: accountUrl });

const letters: Readonly<Record<RequestMailKind, (facts: RequestFacts) => Letter>> = {
  authorize: (facts) => ({
    subject: subjectOf(facts.projectName, 'authorize your Procore account (1 minute, once)'),
    paragraphs: [
      say`${plainName(facts.tenantName)} works with ${facts.partnerTitle} on the project ${plainName(facts.projectName)}, which is connected to Procore. You return documents there: your answers will carry your name in Procore.`,
      [
        'For that you sign in to Procore once with an account of your own and press Authorize. It holds for all your projects here. Nothing else is written in your name.',
      ],
      ['Until then your answers wait, whole; nothing is lost.'],
      [`The link is for you alone and works until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'Authorize Procore', url: facts.url },
    why: whyResponder(facts, endingOfAsked),
  }),
  'authorize-reminder': (facts) => ({
    subject: subjectOf(facts.projectName, 'your Procore account is not authorized yet (1 minute, once)'),
    paragraphs: [
      say`Your answers for ${plainName(facts.projectName)} wait until you have authorized Procore once.`,
      [`The link is the one you were sent before. It works until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'Authorize Procore', url: facts.url },
    why: whyResponder(facts, endingOfAsked),
  }),
  lapsed: (facts) => ({
    subject: subjectOf(facts.projectName, 'sign in to Procore again (1 minute)', facts.projectNames.length - 1),
    paragraphs: [
      facts.isOwner
        ? [
            'Procore does not accept the authorization any more with which ',
            ...listed(facts.projectNames),
            readAs(facts.projectNames),
          ]
        : [
            'Procore does not accept your authorization any more. Your answers for ',
            ...listed(facts.projectNames),
            ' wait, whole, until you have signed in again.',
          ],
      ['That happens when a password is changed, an account is changed in Procore, or an answer of Procore is lost on its way.'],
      [`Work goes on by itself after the sign-in. The link is for you alone and works until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'Sign in to Procore again', url: facts.url },
    why: facts.isOwner
      ? why(facts, whyOwner(facts), ['You get it once for each time.'])
      : whyResponder(facts, ['You get it once for each time.']),
  }),
  'no-access': (facts) => ({
    subject: subjectOf(facts.projectName, 'your account cannot read it in Procore any more'),
    paragraphs: [
      say`${plainName(facts.projectName)} is read with your authorization, and Procore does not let your account read its RFIs or submittals any more. What only you may see waits; nothing is lost.`,
      [
        'If your access is given back in Procore, work goes on by itself. If somebody else is in charge of the project now, they sign in with this link and go on in your place.',
      ],
      [`The link works once, until ${dayOf(facts.expiresAt)}.`],
    ],
    button: { label: 'Sign in to Procore', url: facts.url },
    why: why(facts, whyOwner(facts), ['You get it once for each time.']),
  }),
  connected: (facts) => ({
    subject: subjectOf(facts.projectName, 'is connected; you can undo it for 24 hours'),
    paragraphs: [
      say`${plainName(facts.projectName)} is connected to ${facts.partnerTitle}, for ${plainName(facts.tenantName)}.`,
      [
        'What syncs now: RFIs and submittals that the design team takes part in, with their files, are read with your authorization. Answers are written by the design team, each in their own name; nothing is written in yours.',
      ],
      facts.undoUntil === null
        ? ['You never need to come back.']
        : [
            `Was it a mistake? Behind the button you can undo it until ${momentInWords(facts.undoUntil)}, after a sign-in to Procore. Otherwise you never need to come back.`,
          ],
    ],
    button: { label: facts.undoUntil === null ? 'Your account' : 'Undo', url: facts.accountUrl },
    why: why(facts, whyOwner(facts), ['It is a copy of what you saw on the page, and comes once.']),
  }),
  consent: (facts) => ({
    subject: subjectOf(facts.projectName, 'do you agree that all that is not private is carried? (1 minute)'),
    paragraphs: [
      say`${plainName(facts.tenantName)} asks whether all RFIs and submittals of ${plainName(facts.projectName)} that are not private may be carried to ${facts.partnerTitle}, also those that the design team takes no part in.`,
      [
        'Until you agree only those that the design team takes part in are carried, as so far. Private ones are carried only where the design team takes part, whatever you say.',
      ],
      [
        'Behind the button you sign in to Procore, read the exact words, and agree or do not. Signing in authorizes nothing. You can withdraw it by the same link at any time.',
      ],
    ],
    button: readAndDecide(facts),
    why: why(facts, whyOwner(facts), endingOfConsent),
  }),
  'consent-reminder': (facts) => ({
    subject: subjectOf(facts.projectName, 'nobody has said yet whether all that is not private is carried (1 minute)'),
    paragraphs: [
      say`${plainName(facts.tenantName)} waits for your word whether all RFIs and submittals of ${plainName(facts.projectName)} that are not private may be carried to ${facts.partnerTitle}. Until then only those that the design team takes part in are carried.`,
      ['The link is the one you were sent before: it leads to the exact words, after a sign-in to Procore.'],
    ],
    button: readAndDecide(facts),
    why: why(facts, whyOwner(facts), endingOfConsent),
  }),
};

export const requestLetterOf = (kind: RequestMailKind, facts: RequestFacts): Letter => letters[kind](facts);
