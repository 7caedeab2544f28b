import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { claimCode, storeIdentity, storeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { findInvitation, type Invitation } from '../../shared/store/people/invitations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { type TestApi, testLinkKey, testLoginUrl } from './api.ts';
import type { World } from './api-world.ts';
import type { PageBrowser } from './page-browser.ts';

/** Who signs in, as Procore names them. */
export interface Comer {
  readonly id: string;
  readonly name: string;
  readonly login: string;
}

/** People who come to the connection of people by the link of an invitation. */
export function comingBy(api: TestApi, world: World) {
  const post = (path: string, body: unknown = {}) =>
    api.call('post', `/v1/connections/${world.peopleConnectionId}/invitations${path}`, { key: world.key, body });
  let invitationId = '';
  const row = async (): Promise<Invitation> => {
    const found = await withTenant(api.store.pool, world.tenantId, (db) => findInvitation(db, invitationId));
    if (found === undefined) throw new Error('no such invitation');
    return found;
  };
  /** As the worker writes it into the newest mail. */
  const link = async (): Promise<string> => {
    const { generation, linkHash } = await row();
    const token = invitationLinks(testLinkKey).tokenWith(invitationId, generation, linkHash);
    return `/invitation/${token === undefined ? '' : revealSecret(token)}`;
  };
  return {
    row,
    link,
    /** Something that is done to it by a key: `withdraw`, `send-again`. */
    act: (what: string) => post(`/${invitationId}/${what}`),
    async invite(email: string): Promise<void> {
      const made = await post('', {
        project: { id: 'p-2', name: 'Harbour Tower' },
        inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
        invited: { company: 'Beta Builders', email },
      });
      invitationId = (made.body as { invitationId: string }).invitationId; // the document says so
    },
    /** There and back from Procore, up to the page that asks whether that is them; what the worker does, done. Answers the sign-in. */
    async come(browser: PageBrowser, who: Comer, isInvited: boolean): Promise<string> {
      const started = await browser.press(`${await link()}/continue`);
      const asked = new URL(started.headers.get('location') ?? '', testLoginUrl);
      expect(asked.origin).toBe(testLoginUrl);
      const state = asked.searchParams.get('state') ?? '';
      await browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: 'code-1', state })}`);
      const signInId = (await row()).signInId ?? '';
      await withTenant(api.store.pool, world.tenantId, async (db) => {
        const sealed = Buffer.from(randomUUID());
        await claimCode(db, signInId, 1000);
        await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
        await storeIdentity(db, { signInId, sealed }, { ...who, isInvited });
      });
      return signInId;
    },
  };
}
