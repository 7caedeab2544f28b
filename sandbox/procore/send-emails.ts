import type { Call } from './call.ts';
import { givenFlag } from './given.ts';

/** `send_emails` of the query, false unless said otherwise [oas]. */
export function sendsEmails({ query }: Call): boolean {
  return givenFlag({ send_emails: query.get('send_emails') ?? undefined }, 'send_emails') ?? false;
}
