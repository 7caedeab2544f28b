import { randomUUID } from 'node:crypto';
import { shownAddress } from '../shared/domain/mail.ts';
import { linkLifeMs } from '../shared/domain/mailed-links.ts';
import { places } from '../shared/security/places.ts';
import { queueMail } from '../shared/store/mail.ts';
import { findInvitation, type Invitation, invite, passOn, sendAgain } from '../shared/store/people/invitations.ts';
import type { Db } from '../shared/store/tenancy.ts';
import type { ApiDependencies } from './dependencies.ts';

/** What keys and pages do to invitations: rows and the resulting mails, in one transaction. */
type With = Pick<ApiDependencies, 'invitationLinks' | 'seal' | 'settings'>;

export interface Inviting {
  readonly tenantId: string;
  readonly invitationId: string;
  readonly connectionId: string;
  readonly partnerProjectId: string;
  readonly projectName: string;
  readonly inviter: { readonly name: string; readonly company: string; readonly address: string };
  readonly invited: { readonly company: string; readonly address: string };
  readonly createdBy: string;
}

/** Seals both addresses for the worker; call it before the transaction begins. */
export async function sealAddresses({ seal }: Pick<With, 'seal'>, { tenantId, invitationId, inviter, invited }: Inviting) {
  const [sealedInviter, sealedInvited] = await Promise.all([
    seal(places.inviterAddress(tenantId, invitationId), inviter.address),
    seal(places.invitedAddress(tenantId, invitationId), invited.address),
  ]);
  return { sealedInviter, sealedInvited };
}

/** Writes the invitation and queues its mail; returns the mail's id. */
export async function startInvitation(
  db: Db,
  { invitationLinks, settings }: With,
  given: Inviting & { readonly sealedInviter: Buffer; readonly sealedInvited: Buffer },
): Promise<string> {
  const { inviter, invited, ...row } = given;
  const invitation = await invite(db, {
    ...row,
    inviterName: inviter.name,
    inviterCompany: inviter.company,
    invitedCompany: invited.company,
    invitedShown: shownAddress(invited.address),
    linkHash: invitationLinks.tokenHash(given.invitationId, 1),
    restoreEpoch: settings.restoreEpoch,
    lifeMs: linkLifeMs,
  });
  return queueInvitation(db, given.tenantId, invitation, settings.restoreEpoch);
}

/**
 * Starts another generation and queues its mail; undefined if the invitation has ended for good, or somebody else just sent it
 * again.
 */
export async function startAgain(
  db: Db,
  { invitationLinks, settings }: With,
  tenantId: string,
  { invitationId, generation }: Invitation,
): Promise<string | undefined> {
  const { restoreEpoch } = settings;
  const linkHash = invitationLinks.tokenHash(invitationId, generation + 1);
  if (!(await sendAgain(db, invitationId, { generation, linkHash, restoreEpoch, lifeMs: linkLifeMs }))) return undefined;
  return queueInvitation(db, tenantId, { invitationId, generation: generation + 1 }, restoreEpoch);
}

const queueInvitation = (
  db: Db,
  tenantId: string,
  { invitationId, generation }: Pick<Invitation, 'invitationId' | 'generation'>,
  restoreEpoch: string,
): Promise<string> =>
  queueMail(db, {
    tenantId,
    businessKey: `invitation:${invitationId}:${generation}`,
    kind: 'invitation',
    invitationId,
    generation,
    restoreEpoch,
  });

/** Seals the address of a colleague to be invited instead, for the worker; call it before the transaction begins. */
export async function sealColleague({ seal }: Pick<With, 'seal'>, tenantId: string, address: string) {
  const invitationId = randomUUID();
  return { invitationId, address, sealedInvited: await seal(places.invitedAddress(tenantId, invitationId), address) };
}

/**
 * "I'm not the right person": the colleague gets an invitation of their own, and the inviter is told. Returns the ids of both
 * mails; undefined if it has ended or was passed on already.
 */
export async function startColleague(
  db: Db,
  { invitationLinks, settings }: With,
  tenantId: string,
  from: Invitation,
  colleague: Awaited<ReturnType<typeof sealColleague>>,
): Promise<readonly string[] | undefined> {
  if (!(await passOn(db, from.invitationId))) return undefined;
  const { restoreEpoch } = settings;
  const { invitationId } = colleague;
  const made = await invite(db, {
    ...from,
    tenantId,
    invitationId,
    sealedInvited: colleague.sealedInvited,
    invitedShown: shownAddress(colleague.address),
    linkHash: invitationLinks.tokenHash(invitationId, 1),
    restoreEpoch,
    createdBy: `invitation:${from.invitationId}`,
    lifeMs: Math.max(0, from.expiresAt.getTime() - Date.now()),
    passedOn: { from: from.invitationId, rootId: from.rootId },
  });
  const told = {
    tenantId,
    businessKey: `passed-on:${invitationId}`,
    kind: 'passed-on' as const,
    invitationId,
    generation: 1,
    restoreEpoch,
  };
  return [await queueInvitation(db, tenantId, made, restoreEpoch), await queueMail(db, told)];
}

/** The row, if it belongs to this connection. */
export async function invitationOf(db: Db, connectionId: string, invitationId: string): Promise<Invitation | undefined> {
  const found = await findInvitation(db, invitationId);
  return found?.connectionId === connectionId ? found : undefined;
}
