import { z } from 'zod';

/**
 * What a person may agree to on our pages besides their sign-in. `reader`: the project is read as them while its owner cannot.
 * `all-non-private`: all items of the project that are not private are carried, whoever takes part in them.
 */
export const consentKinds = ['reader', 'all-non-private'] as const;
export type ConsentKind = (typeof consentKinds)[number];

export const consentKind = z.enum(consentKinds);

/** The consent that a setting may wait for: the owner of the connection is asked for it. No setting asks for a reader's. */
export const consentOfOwner = 'all-non-private' as const satisfies ConsentKind;

/**
 * A request to the owner of a connection for the consent that a setting waits for. `asked`: by mail, with reminders; `declined`:
 * they said no, and get no more mail; `agreed`; `ended`: no setting waits for it any more. A setting that returns, and another
 * owner, start a new request. An owner who agreed and withdrew is not asked again: they know, and may say no after all.
 */
export const consentRequestStates = ['asked', 'declined', 'agreed', 'ended'] as const;
export type ConsentRequestState = (typeof consentRequestStates)[number];

/** Allowed transitions. Asking anew leads back to `asked`, in another round. */
export const consentRequestTransitions: Readonly<Record<ConsentRequestState, readonly ConsentRequestState[]>> = {
  asked: ['declined', 'agreed', 'ended', 'asked'],
  declined: ['agreed', 'ended', 'asked'],
  agreed: ['declined', 'ended', 'asked'],
  ended: ['asked'],
};

/** What the consent is about, in its reader's terms. */
export interface ConsentSubject {
  readonly tenantName: string;
  readonly partnerTitle: string;
  /** In Procore. */
  readonly projectName: string;
}

/** The text a person agrees to; stored with the consent as it was shown. */
export function wordsOfConsent(kind: ConsentKind, { tenantName, partnerTitle, projectName }: ConsentSubject): string {
  switch (kind) {
    case 'reader':
      return `I agree that RFIs and submittals of ${projectName} are read with my Procore authorization while whoever connected the project cannot read them, because their authorization does not stand or their access in Procore has ended, and carried to ${partnerTitle} for ${tenantName}. Which items are carried stays as agreed with them. Nothing is written in my name by this. I can withdraw it here at any time.`;
    case 'all-non-private':
      return `I agree that all RFIs and submittals of ${projectName} that are not private are carried to ${partnerTitle} for ${tenantName}, also those that the design team takes no part in. Private ones are carried only where the design team takes part. I can withdraw it here at any time; what was carried by then stays there.`;
  }
}
