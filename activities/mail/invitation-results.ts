import type { Plans } from '../../shared/domain/steps.ts';
import type { Command } from '../../shared/store/commands.ts';
import { type InvitationMail, queueMail } from '../../shared/store/mail.ts';
import { askForInvitationLooks } from '../../shared/store/people/invitation-looks.ts';
import { findInvitation, type Invitation } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';

/** Queues a mail to the inviter: the invitation's address was refused. One for each time it was sent. */
export async function tellOfBounce(db: Db, tenantId: string, mail: InvitationMail): Promise<void> {
  const { invitationId, generation, restoreEpoch } = mail;
  const businessKey = `bounced:${invitationId}:${generation}`;
  await queueMail(db, { tenantId, businessKey, kind: 'bounced', invitationId, generation, restoreEpoch });
}

/** Why the inviter need not be told of a bounce any more; undefined if they are. */
export function bounceIsOver({ state, generation }: Invitation, mail: InvitationMail): string | undefined {
  if (generation !== mail.generation) return 'The invitation was sent again since.';
  return state === 'bounced' ? undefined : 'The invitation came to another end since.';
}

/** Asks for a look at the steps that follow an invitation, whose mail was settled or which expired. */
export async function askForLooksAt(db: Db, plans: Plans, tenantId: string, invitationId: string): Promise<readonly Command[]> {
  const invitation = await findInvitation(db, invitationId);
  if (invitation === undefined) return [];
  const { connectionId } = invitation;
  return askForInvitationLooks(db, plans, { tenantId, connectionId }, `invitation:${invitationId}`);
}
