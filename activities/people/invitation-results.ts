import { randomUUID } from 'node:crypto';
import type { Plans } from '../../shared/domain/steps.ts';
import { type Command, writeCommand } from '../../shared/store/commands.ts';
import { findConnection } from '../../shared/store/connections/connections.ts';
import { type InvitationMail, queueMail } from '../../shared/store/mail.ts';
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

/**
 * Asks, in the transaction that settles its mail, for a look at the step that shows the invitation: else it says for minutes that the
 * mail is on its way. Undefined: no step waits for it.
 */
export async function askForInvitationsLook(
  db: Db,
  plans: Plans,
  tenantId: string,
  { invitationId }: InvitationMail,
): Promise<Command | undefined> {
  const invitation = await findInvitation(db, invitationId);
  const connection = invitation && (await findConnection(db, invitation.connectionId));
  if (connection?.stage !== 'onboarding') return undefined;
  const step = plans[connection.partner].steps.find(({ followsInvitation }) => followsInvitation);
  if (step === undefined) return undefined;
  const { connectionId } = connection;
  const asked = { tenantId, connectionId, commandId: randomUUID(), kind: 'retryStep', actorId: `invitation:${invitationId}` };
  return writeCommand(db, { ...asked, input: { stepId: step.id } });
}
