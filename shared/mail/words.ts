import { plainName } from '../domain/mail.ts';
import type { SupportContact } from '../partners/contract.ts';
import type { Sentence } from './letter.ts';

/** A day in words, in UTC: readers may live anywhere. */
export const dayOf = (at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at);

/** `further`: the number of projects that it is about besides this one. */
export const subjectOf = (projectName: string, what: string, further = 0): string =>
  `${plainName(projectName)}${further > 0 ? ` and ${further} more` : ''}: ${what}`;

export const supportLine = ({
  partnerTitle,
  support,
}: {
  readonly partnerTitle: string;
  readonly support: SupportContact;
}): Sentence => [`Questions? ${partnerTitle} support: ${support.contact.replace(/^https:\/\//, '')} (${support.hours}).`];

/** A moment in words, in UTC and marked as such. */
export const momentInWords = (at: Date): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
