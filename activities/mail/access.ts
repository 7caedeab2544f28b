import type { PartnerName } from '../../shared/domain/partners.ts';
import type { RenderedLetter } from '../../shared/mail/letter.ts';
import type { Mailer } from '../../shared/mail/transport.ts';
import type { SupportContact } from '../../shared/partners/contract.ts';
import type { InvitationLinks } from '../../shared/security/invitation-links.ts';

/** A mail to send, or why it must not be sent any more (`held`) or cannot be yet (`waits`). */
export type Written = (RenderedLetter & { readonly to: string }) | { readonly held: string } | { readonly waits: string };

/** What is needed to write and send mails. */
export interface MailAccess {
  readonly mailer: Mailer;
  readonly links: InvitationLinks;
  /** The origin of all links. */
  readonly pagesUrl: string;
  readonly supportOf: (partner: PartnerName) => SupportContact;
  /** Mails with another epoch are from before a restore: they are held. */
  readonly restoreEpoch: string;
}
