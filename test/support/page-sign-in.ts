import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { claimCode, storeIdentity, storeToken, wipeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { type TestApi, testLoginUrl } from './api.ts';
import type { PageBrowser } from './page-browser.ts';

/** Somebody’s account in Procore, in which a browser is signed in. */
export interface ProcoreAccount {
  readonly id: string;
  readonly name: string;
  readonly login: string;
}

/** Goes to Procore by a button and comes back as that person; what the worker does then is done. Answers the sign-in’s page. */
export async function signInByPage(
  { store: { pool } }: TestApi,
  tenantId: string,
  browser: PageBrowser,
  from: string,
  person: ProcoreAccount,
): Promise<string> {
  const started = await browser.press(from);
  expect(started.status).toBe(303);
  const asked = new URL(started.headers.get('location') ?? '');
  expect(asked.origin).toBe(testLoginUrl);
  const state = asked.searchParams.get('state') ?? '';
  const back = await browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: `code-${randomUUID()}`, state })}`);
  const page = back.headers.get('location') ?? '';
  const signInId = page.split('/').at(-1) ?? '';
  await withTenant(pool, tenantId, async (db) => {
    const sealed = Buffer.from(randomUUID());
    const first = await claimCode(db, signInId, 1000);
    if (first.state === 'former-token') {
      await wipeToken(db, signInId, first.sealedToken);
      await claimCode(db, signInId, 1000);
    }
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, person);
  });
  return page;
}
