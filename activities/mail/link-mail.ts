import { type LinkMachine, letsIn } from '../../shared/domain/mailed-links.ts';
import { type LinkKind, type MailedLink, markBounced, markSent } from '../../shared/store/people/mailed-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/** A mail that carries the single-use link of this row. */
export interface LinkMail {
  readonly linkId: string;
  readonly generation: number;
}

/**
 * Applies the mail's result to the link that it carried. `words`: the server's, if it refused the address; null if it was sent.
 * Returns whether that changed the link.
 */
export const settleLink = (db: Db, kind: LinkKind, { linkId, generation }: LinkMail, words: string | null): Promise<boolean> =>
  words === null ? markSent(db, kind, linkId, generation) : markBounced(db, kind, linkId, generation, words);

/** Why a mail must not be sent any more, in its kind's words; undefined if it may be. */
export function endedFor(
  machine: LinkMachine<string>,
  link: MailedLink,
  mail: { readonly generation: number; readonly isReminder: boolean },
  says: { readonly isOlder: string; readonly hasEnded: string },
): string | undefined {
  if (link.generation !== mail.generation) return says.isOlder;
  if (mail.isReminder && link.remindersStopped) return 'The person wants no more reminders.';
  return letsIn(machine, link, Date.now()) ? undefined : says.hasEnded;
}
