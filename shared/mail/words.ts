import { plainName } from '../domain/mail.ts';
import type { SupportContact } from '../partners/contract.ts';
import type { Sentence } from './letter.ts';

/** A day as people write it, in UTC: who reads it may live anywhere. */
export const dayOf = (at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at);

export const subjectOf = (projectName: string, what: string): string => `${plainName(projectName)}: ${what}`;

export const supportLine = ({
  partnerTitle,
  support,
}: {
  readonly partnerTitle: string;
  readonly support: SupportContact;
}): Sentence => [`Questions? ${partnerTitle} support: ${support.contact.replace(/^https:\/\//, '')} (${support.hours}).`];

/** A moment as people write it, in UTC, and says so. */
export const momentInWords = (at: Date): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
