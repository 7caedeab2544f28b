import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxUrls } from '../../sandbox/start.ts';
import { shownAddress } from '../../shared/domain/mail.ts';
import { linkLifeMs } from '../../shared/domain/mailed-links.ts';
import { closeBox } from '../../shared/security/boxing.ts';
import type { InvitationLinks } from '../../shared/security/invitation-links.ts';
import { places } from '../../shared/security/places.ts';
import { secretOf } from '../../shared/security/secret.ts';
import { queueMail } from '../../shared/store/mail.ts';
import { invite } from '../../shared/store/people/invitations.ts';
import type { Db } from '../../shared/store/tenancy.ts';
import { testBoxKeys } from './store.ts';

export const received = z.object({
  seq: z.number(),
  to: z.array(z.string()),
  subject: z.string(),
  messageId: z.string(),
  text: z.string(),
  html: z.string(),
  source: z.string(),
});
export type Received = z.infer<typeof received>;

/** What came for an address, oldest first. */
export async function mailTo(
  sandbox: { readonly urls: Pick<SandboxUrls, 'inbox'> },
  address: string,
): Promise<readonly Received[]> {
  const answer = await fetch(`${sandbox.urls.inbox}/messages?to=${encodeURIComponent(address)}`);
  return z.array(received).parse(await answer.json());
}

/** The one address with a link of ours in a text. */
export const linkIn = (text: string, page = 'invitation'): string =>
  new RegExp(`https?://\\S+/${page}/[A-Za-z0-9_-]{43}`).exec(text)?.[0] ?? '';

export interface Invited {
  readonly invitationId: string;
  readonly mailId: string;
}

/** An invitation as the API writes it, with its mail in the outbox. */
export async function inviteInto(
  db: Db,
  ref: { readonly tenantId: string; readonly connectionId: string },
  {
    links,
    ...given
  }: {
    readonly links: InvitationLinks;
    readonly to: string;
    readonly projectName?: string;
    readonly inviterName?: string;
    readonly partnerProjectId?: string;
    readonly invitedCompany?: string;
  },
): Promise<Invited> {
  const { tenantId, connectionId } = ref;
  const invitationId = randomUUID();
  const seal = (place: ReturnType<(typeof places)['invitedAddress']>, text: string) =>
    closeBox(testBoxKeys.publicKey, place, secretOf(text));
  await invite(db, {
    tenantId,
    invitationId,
    connectionId,
    partnerProjectId: given.partnerProjectId ?? 'p-1',
    projectName: given.projectName ?? 'Harbour Tower',
    inviterName: given.inviterName ?? 'Pia Prime',
    inviterCompany: 'North Studio',
    invitedCompany: given.invitedCompany ?? 'Acme Builders',
    sealedInviter: await seal(places.inviterAddress(tenantId, invitationId), 'pia@north-studio.example'),
    sealedInvited: await seal(places.invitedAddress(tenantId, invitationId), given.to),
    invitedShown: shownAddress(given.to),
    linkHash: links.tokenHash(invitationId, 1),
    restoreEpoch: 'test',
    createdBy: 'test',
    lifeMs: linkLifeMs,
  });
  const businessKey = `invitation:${invitationId}:1`;
  const mailId = await queueMail(db, {
    tenantId,
    businessKey,
    kind: 'invitation',
    invitationId,
    generation: 1,
    restoreEpoch: 'test',
  });
  return { invitationId, mailId };
}
