import { createHash, randomUUID } from 'node:crypto';
import { offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { bindSignIn, type LinkKind } from '../../shared/store/people/mailed-links.ts';
import type { Db } from '../../shared/store/tenancy.ts';

export const newHash = (): Buffer => createHash('sha256').update(randomUUID()).digest();

/** Links of tests of the store are good for a minute. */
const lifeMs = 60_000;
export const linkEpoch = 'e';
export const newLink = () => ({ linkHash: newHash(), restoreEpoch: linkEpoch, lifeMs });

/** What an invitation says beside its ids and its link. */
export const invitationWords = {
  partnerProjectId: 'p',
  projectName: 'Harbour Tower',
  inviterName: 'Pia',
  inviterCompany: 'North Studio',
  invitedCompany: 'Acme',
  sealedInviter: newHash(),
  sealedInvited: newHash(),
  invitedShown: 'g•••@acme.example',
  createdBy: 'test',
};

/** Somebody presses the button on the page of a link; answers the sign-in that is tied to it. */
export async function comeByLink(
  db: Db,
  kind: LinkKind,
  linkId: string,
  at: { readonly tenantId: string; readonly connectionId: string },
): Promise<string> {
  const signInId = randomUUID();
  const expiresAt = new Date(Date.now() + lifeMs);
  const signIn = { ...at, signInId, linkHash: newHash(), restoreEpoch: linkEpoch, createdBy: 'test', expiresAt };
  await offerSignIn(db, { ...signIn, purpose: 'prove-ownership' });
  await bindSignIn(db, kind, linkId, { signInId, before: null });
  return signInId;
}
