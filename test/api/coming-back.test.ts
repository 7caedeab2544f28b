import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { findInvitation, type Invitation } from '../../shared/store/invitations.ts';
import { claimCode, storeIdentity, storeToken } from '../../shared/store/sign-in-tokens.ts';
import { findSignIn } from '../../shared/store/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testLinkKey, testLoginUrl, useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { contractor } from '../support/contracting-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let invitationId: string;
let link: string;

const cleo = { id: contractor.procoreUserId, name: 'Cleo', login: 'cleo@beta.example' };
const eve = { id: '4711', name: 'Eve', login: 'eve@other.example' };
const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(apiOf().store.pool, world.tenantId, work);

async function row(): Promise<Invitation> {
  const found = await inTenant((db) => findInvitation(db, invitationId));
  if (found === undefined) throw new Error('no such invitation');
  return found;
}

const post = (path: string, body: unknown = {}) =>
  apiOf().call('post', `/v1/connections/${world.peopleConnectionId}/invitations${path}`, { key: world.key, body });

/** As the worker writes it into the newest mail. */
async function newestLink(): Promise<string> {
  const { generation, linkHash } = await row();
  const token = invitationLinks(testLinkKey).tokenWith(invitationId, generation, linkHash);
  return `/invitation/${token === undefined ? '' : revealSecret(token)}`;
}

beforeEach(async () => {
  world = await newWorld(apiOf());
  const made = await post('', {
    project: { id: 'p-2', name: 'Harbour Tower' },
    inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
    invited: { company: 'Beta Builders', email: cleo.login },
  });
  invitationId = (made.body as { invitationId: string }).invitationId; // the document says so
  link = await newestLink();
});

/** Somebody comes by the link and back from Procore, up to the page that asks whether that is them. Answers the sign-in. */
async function comeBy(browser: PageBrowser, who: typeof cleo, isInvited: boolean): Promise<string> {
  const started = await browser.press(`${link}/continue`);
  const asked = new URL(started.headers.get('location') ?? '', testLoginUrl);
  expect(asked.origin).toBe(testLoginUrl);
  const state = asked.searchParams.get('state') ?? '';
  await browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: 'code-1', state })}`);
  const signInId = (await row()).signInId ?? '';
  await inTenant(async (db) => {
    const sealed = Buffer.from(randomUUID());
    await claimCode(db, signInId, 1000);
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, { ...who, isInvited });
  });
  return signInId;
}

const sayYes = (browser: PageBrowser, signInId: string) => browser.press(`/sign-ins/${signInId}/confirm`);

/** Cleo, whose authorization the connection has, came by the link and said that the account is theirs. */
async function untilYes(): Promise<string> {
  const browser = new PageBrowser(apiOf());
  const signInId = await comeBy(browser, cleo, true);
  expect((await sayYes(browser, signInId)).status).toBe(303);
  return signInId;
}

test('whoever has said that the account is theirs comes back by the same link, in any browser, to a sign-in of its own', async () => {
  const first = await untilYes();
  expect((await row()).state).toBe('opened');
  const elsewhere = new PageBrowser(apiOf());
  const page = await elsewhere.get(link);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('c•••@beta.example has signed in')]);
  const second = await comeBy(elsewhere, cleo, true);
  expect(second).not.toBe(first);
  expect((await elsewhere.get(`/sign-ins/${second}`)).text).not.toContain('take their place');
  expect((await sayYes(elsewhere, second)).status).toBe(303);
  // the browser before goes on as well
  expect(await inTenant(async (db) => (await findSignIn(db, first))?.state)).toBe('confirmed');
});

test('another person is told who signed in before, and that their yes takes that person’s place and asks whoever invited', async () => {
  await untilYes();
  const forwarded = new PageBrowser(apiOf());
  const signInId = await comeBy(forwarded, eve, false);
  const { text } = await forwarded.get(`/sign-ins/${signInId}`);
  expect(text).toContain('c•••@beta.example has signed in by this invitation');
  expect(text).toContain('take their place');
  expect(text).toContain('is asked before anything is connected');
  expect(text).not.toContain(cleo.login);
});

test('a machine that opens and presses the link after the yes changes nothing for the person', async () => {
  const signInId = await untilYes();
  const bot = new PageBrowser(apiOf());
  await bot.get(link);
  for (const act of ['no-reminders', 'continue', 'continue']) await bot.press(`${link}/${act}`);
  expect(await inTenant(async (db) => (await findSignIn(db, signInId))?.state)).toBe('confirmed');
  const person = new PageBrowser(apiOf());
  expect((await sayYes(person, await comeBy(person, cleo, true))).status).toBe(303);
});

test.each([
  ['withdrawn', () => post(`/${invitationId}/withdraw`)],
  ['sent again', () => post(`/${invitationId}/send-again`)],
  ['expired', () => apiOf().store.admin.query('UPDATE invitation SET expires_at = now() WHERE tenant_id = $1', [world.tenantId])],
])('%s, the link lets nobody back in', async (_what, end) => {
  await untilYes();
  await end();
  expect((await new PageBrowser(apiOf()).get(link)).status).toBe(404);
  expect((await new PageBrowser(apiOf()).press(`${link}/continue`)).status).toBe(404);
});

test('sent again after the yes, the new link lets them in', async () => {
  await untilYes();
  await post(`/${invitationId}/send-again`);
  link = await newestLink();
  const browser = new PageBrowser(apiOf());
  expect((await sayYes(browser, await comeBy(browser, cleo, true))).status).toBe(303);
});
