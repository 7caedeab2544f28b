import { randomUUID } from 'node:crypto';
import { type LinkMachine, letsIn } from '../../shared/domain/mailed-links.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { findSignIn, type NewSignIn, offerSignIn, type SignIn } from '../../shared/store/grants/sign-ins.ts';
import { bindSignIn, type LinkKind, type MailedLink } from '../../shared/store/people/mailed-links.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { PageRefusal } from './answers.tsx';
import { refusals } from './refusal-page.tsx';
import { findVisit, type Visit } from './visits.ts';

/** Whether a link that was found is valid: not void, ended, expired, or from before a restore. */
export const isGood = (
  machine: LinkMachine<string>,
  link: MailedLink,
  { settings }: Pick<ApiDependencies, 'settings'>,
): boolean => letsIn(machine, link, Date.now()) && link.restoreEpoch === settings.restoreEpoch;

/** A link by which somebody signs in, and its purpose. */
export interface SigningIn extends Pick<NewSignIn, 'tenantId' | 'connectionId' | 'purpose' | 'subject' | 'createdBy'> {
  readonly kind: LinkKind;
  readonly linkId: string;
  readonly link: MailedLink;
}

/**
 * Whether the former sign-in is continued. A person who returns after confirming, or through another connection, gets a new
 * sign-in; what was said by the former one remains.
 */
const goesOn = (before: SignIn, connectionId: string): boolean =>
  before.connectionId === connectionId && before.state !== 'confirmed' && before.state !== 'expired';

/** One sign-in for a mailed link, however often the button on its page is pressed. Undefined if the link has ended meanwhile. */
export async function signInByLink(
  dependencies: ApiDependencies,
  { kind, linkId, link, ...offered }: SigningIn,
): Promise<{ readonly token: string; readonly visit: Visit } | undefined> {
  const { settings, linkToken, pool } = dependencies;
  const signInId = await withTenant(pool, offered.tenantId, async (db) => {
    const before = link.signInId === null ? undefined : await findSignIn(db, link.signInId);
    if (before !== undefined && goesOn(before, offered.connectionId)) return before.signInId;
    const signIn = randomUUID();
    const linkHash = hashToken(linkToken(signIn));
    const { restoreEpoch } = settings;
    await offerSignIn(db, { ...offered, signInId: signIn, linkHash, restoreEpoch, expiresAt: link.expiresAt });
    return bindSignIn(db, kind, linkId, { signInId: signIn, before: link.signInId });
  });
  if (signInId === undefined) return undefined;
  const token = linkToken(signInId);
  const visit = await findVisit(dependencies, 'resolve_sign_in_link', token);
  if (visit === undefined) throw new PageRefusal(409, refusals.tooLate);
  return { token, visit };
}
