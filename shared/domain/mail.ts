import { z } from 'zod';
import { clipped } from './texts.ts';

/** Every mail about an invitation, and which of its two addresses it is sent to. */
export const mailRecipients = {
  invitation: 'invited',
  reminder: 'invited',
  'passed-on': 'inviter',
  expired: 'inviter',
  bounced: 'inviter',
  ended: 'inviter',
  'taken-back': 'inviter',
} as const;
export type InvitationMailKind = keyof typeof mailRecipients;
export const invitationMailKinds = Object.keys(mailRecipients) as readonly InvitationMailKind[]; // the keys of the table above

/** Mails that ask the owner of a connection for their consent. */
export const consentMailKinds = ['consent', 'consent-reminder'] as const;

/** Every mail to a person who is asked to authorize Procore for themselves, or has done so. */
export const requestMailKinds = [
  'authorize',
  'authorize-reminder',
  'lapsed',
  'no-access',
  'connected',
  ...consentMailKinds,
] as const;
export type RequestMailKind = (typeof requestMailKinds)[number];

/** Whether it is about a consent: it contains the link to the person's account, and its generation is the round of asking. */
export const isConsentMail = (kind: RequestMailKind): boolean => consentMailKinds.some((each) => each === kind);

/**
 * Result of an attempt to send. `away`: the server is unavailable for every mail; `later`: this mail is refused for now, or its
 * outcome is unknown.
 */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'bounced'; readonly words: string }
  | { readonly kind: 'later'; readonly words: string }
  | { readonly kind: 'away'; readonly words: string };

const longestAddress = 254; // RFC 5321, section 4.5.3.1.3, less the angle brackets
const longestLocalPart = 64;
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const addressForm = new RegExp(`^(${atom}(?:\\.${atom})*)@((?:${label}\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9])$`);
const addressSays = 'send one e-mail address, such as gus@acme.example';

/**
 * One address by RFC 5321, without quotes, comments, a name or letters beyond ASCII: nothing in it can end a header or name a
 * second recipient. Its case is kept for sending.
 */
export const mailAddress = z
  .string(addressSays)
  .trim()
  .max(longestAddress, addressSays)
  .refine((text) => (addressForm.exec(text)?.[1]?.length ?? longestLocalPart + 1) <= longestLocalPart, addressSays);

/** What may be shown of an address: its first letter and its domain, `g•••@acme.example`. */
export const shownAddress = (address: string): string => address.replace(/^(.)[^@]*/, '$1•••');

/** Compares addresses without regard to case. */
export const sameAddress = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

const longestName = 100;
/** Control characters, line ends, marks that change the text direction, and invisible characters. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu;

/** A name that is safe in a subject or a sentence: one line, nothing invisible, capped. */
export const plainName = (text: string): string =>
  clipped(text.normalize('NFC').replace(unseen, ' ').replace(/\s+/g, ' ').trim(), longestName);

/** A name of a person, a company or a project, as a client sends it. */
export const givenName = z
  .string()
  .max(500)
  .transform(plainName)
  .refine((text) => text !== '', 'send a name');
