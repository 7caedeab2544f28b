import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { places } from '../../shared/security/places.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { claimCode, storeIdentity, storeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { storeSeen } from '../../shared/store/grants/sign-ins.ts';
import { findInvitation, type Invitation } from '../../shared/store/people/invitations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testLinkKey, testLoginUrl, useTestApi } from '../support/api.ts';
import { companyId, newWorld, type World } from '../support/api-world.ts';
import { contentsOf } from '../support/contents.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let list: string;

const given = {
  project: { id: 'p-9', name: 'Harbour Tower' },
  inviter: { name: 'Pia Prime', company: 'North Studio', email: 'pia@north-studio.example' },
  invited: { company: 'Acme Builders', email: 'Gus.Grant@acme.example' },
};

beforeEach(async () => {
  world = await newWorld(apiOf());
  list = `/v1/connections/${world.connectionId}/invitations`;
  apiOf().runs.mailed.length = 0;
});

interface View {
  readonly invitationId: string;
  readonly state: string;
  readonly generation: number;
  readonly invited: { readonly address: string };
}

const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  apiOf().call('post', path, { key: world.key, body, headers });
const invite = async (): Promise<View> => (await post(list, given)).body as View; // the document says so
const all = async (): Promise<readonly View[]> =>
  ((await apiOf().call('get', list, { key: world.key })).body as { items: View[] }).items;
const stateOf = async ({ invitationId }: { readonly invitationId: string }) =>
  (await all()).find((one) => one.invitationId === invitationId)?.state;

async function row(invitationId: string): Promise<Invitation> {
  const found = await withTenant(apiOf().store.pool, world.tenantId, (db) => findInvitation(db, invitationId));
  if (found === undefined) throw new Error('no such invitation');
  return found;
}

/** As the worker writes it into the mail. */
async function linkOf({ invitationId }: { readonly invitationId: string }): Promise<string> {
  const { generation, linkHash } = await row(invitationId);
  const token = invitationLinks(testLinkKey).tokenWith(invitationId, generation, linkHash);
  return `/invitation/${token === undefined ? '' : revealSecret(token)}`;
}

const mails = async (): Promise<readonly { kind: string; invitation_id: string; mail_id: string }[]> =>
  (
    await apiOf().store.admin.query('SELECT kind, invitation_id, mail_id FROM mail WHERE tenant_id = $1 ORDER BY created_at', [
      world.tenantId,
    ])
  ).rows;

/** What the worker does once the person is back from Procore, up to the page that asks; then they say yes. */
async function bind(browser: PageBrowser, signInId: string, from: string): Promise<number> {
  const started = await browser.press(from);
  const asked = new URL(started.headers.get('location') ?? '');
  expect(asked.origin).toBe(testLoginUrl);
  await browser.get(
    `/oauth/procore/callback?${new URLSearchParams({ code: 'code-1', state: asked.searchParams.get('state') ?? '' })}`,
  );
  await withTenant(apiOf().store.pool, world.tenantId, async (db) => {
    const sealed = Buffer.from(randomUUID());
    await claimCode(db, signInId, 1000);
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, { id: '4711', name: 'Gus', login: 'gus@acme.example' });
    await storeSeen(db, signInId, '4711', { companyId, companyName: 'Acme', directoryLevel: 'Admin', admin: true });
  });
  return (await browser.press(`/sign-ins/${signInId}/confirm`, `companyId=${companyId}`)).status;
}

describe('inviting', () => {
  test('stores the addresses sealed, queues one mail and has it sent at once; the link is in no answer', async () => {
    const made = await post(list, given);
    expect(made.status).toBe(201);
    const view = made.body as View;
    expect(view).toMatchObject({
      state: 'created',
      generation: 1,
      invited: { company: 'Acme Builders', address: 'G•••@acme.example' },
    });
    expect(made.text).not.toContain('Gus.Grant');
    expect(made.text).not.toContain('/invitation/');
    const { sealedInvited, sealedInviter } = await row(view.invitationId);
    const { tenantId } = world;
    expect(await apiOf().openSealed(places.invitedAddress(tenantId, view.invitationId), sealedInvited)).toBe(
      'Gus.Grant@acme.example',
    );
    expect(await apiOf().openSealed(places.inviterAddress(tenantId, view.invitationId), sealedInviter)).toBe(
      'pia@north-studio.example',
    );
    const [mail] = await mails();
    expect(mail).toMatchObject({ kind: 'invitation', invitation_id: view.invitationId });
    expect(apiOf().runs.mailed).toEqual([mail?.mail_id]);
  });

  test('takes the place of the invitation before', async () => {
    const first = await invite();
    const link = await linkOf(first);
    await invite();
    expect(await stateOf(first)).toBe('superseded');
    expect((await new PageBrowser(apiOf()).get(link)).status).toBe(404);
  });

  test('again under the same Idempotency-Key is the same invitation and no other mail', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const [one, two] = [await post(list, given, headers), await post(list, given, headers)];
    expect(two.body).toEqual(one.body);
    expect(await mails()).toHaveLength(1);
  });

  test.each([
    'gus',
    'gus@acme',
    'Gus <gus@acme.example>',
    'gus@acme.example, eve@other.example',
    'gus@acme.example\r\nBcc: eve@other.example',
    '"gus grant"@acme.example',
    'gus@acme.example>',
    'güs@acme.example',
    'gus..x@acme.example',
    `${'g'.repeat(65)}@acme.example`,
    'pia@NORTH-studio.example',
  ])('refuses %j by the name of the field, and says what to send', async (email) => {
    const answer = await post(list, { ...given, invited: { ...given.invited, email } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'invalid-input',
      errors: [{ field: 'invited.email', message: expect.stringMatching(/^send /) }],
    });
    expect(await mails()).toEqual([]);
  });

  test('names lose what would turn, hide or break a line', async () => {
    const name = ' Tower\r\n\u202EBcc:\u200B x ';
    const answer = await post(list, { ...given, project: { id: 'p', name } });
    expect(answer.body).toMatchObject({ project: { name: 'Tower Bcc: x' } });
    expect((await post(list, { ...given, project: { id: 'p', name: '\u200B\r\n' } })).status).toBe(400);
  });
});

describe('sending again and withdrawing', () => {
  test('sending again makes another link; the one before is void', async () => {
    const made = await invite();
    const before = await linkOf(made);
    const again = await post(`${list}/${made.invitationId}/send-again`);
    expect(again.body).toMatchObject({ state: 'created', generation: 2 });
    const after = await linkOf(made);
    expect(after).not.toBe(before);
    expect((await new PageBrowser(apiOf()).get(before)).status).toBe(404);
    expect((await new PageBrowser(apiOf()).get(after)).status).toBe(200);
    expect((await mails()).map(({ kind }) => kind)).toEqual(['invitation', 'invitation']);
  });

  test('a withdrawn one lets nobody in, not even who is at Procore already, and is never sent again', async () => {
    const made = await invite();
    const link = await linkOf(made);
    const browser = new PageBrowser(apiOf());
    await browser.press(`${link}/continue`);
    const signInId = (await row(made.invitationId)).signInId ?? '';
    expect((await post(`${list}/${made.invitationId}/withdraw`)).body).toMatchObject({ state: 'withdrawn' });
    expect((await post(`${list}/${made.invitationId}/withdraw`)).status).toBe(200);
    expect((await browser.get(link)).status).toBe(404);
    expect(await bind(browser, signInId, `/sign-ins/${signInId}/start`)).toBe(409);
    expect((await post(`${list}/${made.invitationId}/send-again`)).status).toBe(409);
  });

  test('what belongs to another connection is not found', async () => {
    const made = await invite();
    const path = `/v1/connections/${randomUUID()}/invitations/${made.invitationId}`;
    for (const act of ['send-again', 'withdraw']) expect((await post(`${path}/${act}`)).status).toBe(404);
  });
});

describe('the page of the link', () => {
  test('says who invites, for what, and what is read and written; GET and HEAD change nothing', async () => {
    const made = await invite();
    const link = await linkOf(made);
    const before = await contentsOf(apiOf().store.admin);
    const browser = new PageBrowser(apiOf());
    const { text, headers } = await browser.get(link);
    for (const words of [
      'Pia Prime',
      'North Studio',
      'Acme Builders',
      'Harbour Tower',
      'HammerTech',
      'You need to be a Procore admin on the project',
      'Continue with Procore',
      'I’m not the right person',
    ])
      expect(text).toContain(words);
    expect(text.match(/<li>/g)?.length).toBeLessThanOrEqual(5);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    await browser.get(link, 'head');
    expect(await contentsOf(apiOf().store.admin)).toEqual(before);
  });

  test('a mail scanner that opens it and presses every button, with and without an address, does not keep the person out', async () => {
    const made = await invite();
    const link = await linkOf(made);
    const bot = new PageBrowser(apiOf());
    await bot.get(link);
    for (const act of ['no-reminders', 'continue', 'pass-on', 'continue']) await bot.press(`${link}/${act}`);
    await bot.press(`${link}/pass-on`, 'address=test@test.example');
    const person = new PageBrowser(apiOf());
    expect((await person.get(link)).status).toBe(200);
    await person.press(`${link}/continue`);
    const signInId = (await row(made.invitationId)).signInId ?? '';
    expect(await bind(person, signInId, `${link}/continue`)).toBe(303);
    expect(await stateOf(made)).toBe('accepted');
  });

  test('dies when an identity is bound, and so do those of colleagues it was passed on to', async () => {
    const made = await invite();
    const link = await linkOf(made);
    const person = new PageBrowser(apiOf());
    await person.press(`${link}/pass-on`, 'address=lee@acme.example');
    const colleague = (await all()).find(
      ({ invitationId }) => invitationId !== made.invitationId && invitationId !== world.invitationId,
    );
    const theirs = await linkOf({ invitationId: colleague?.invitationId ?? '' });
    const other = new PageBrowser(apiOf());
    await other.press(`${theirs}/continue`);
    const signInId = (await row(colleague?.invitationId ?? '')).signInId ?? '';
    expect((await row(made.invitationId)).state).toBe('passed-on');
    expect(await bind(other, signInId, `${theirs}/continue`)).toBe(303);
    expect((await all()).map(({ state }) => state).filter((state) => state !== 'superseded')).toEqual(['accepted']);
    for (const dead of [link, theirs]) expect((await person.get(dead)).status).toBe(404);
  });

  test('a press from somewhere else does nothing', async () => {
    const link = await linkOf(await invite());
    const before = await contentsOf(apiOf().store.admin);
    for (const act of ['continue', 'pass-on', 'no-reminders']) {
      const answer = await apiOf().call('post', `${link}/${act}`, {
        host: 'localhost',
        headers: { 'sec-fetch-site': 'cross-site' },
      });
      expect(answer.status).toBe(403);
    }
    expect(await contentsOf(apiOf().store.admin)).toEqual(before);
  });

  test('an expired one, and one from before a restore, let nobody in', async () => {
    for (const change of ["expires_at = now() - interval '1 second'", "restore_epoch = 'old'"]) {
      const made = await invite();
      const link = await linkOf(made);
      await apiOf().store.admin.query(`UPDATE invitation SET ${change} WHERE invitation_id = $1`, [made.invitationId]);
      expect((await new PageBrowser(apiOf()).get(link)).status).toBe(404);
      expect((await new PageBrowser(apiOf()).press(`${link}/continue`)).status).toBe(404);
    }
  });
});

describe('passing it on', () => {
  test('sends the colleague an invitation of their own and tells who invited, to the same sealed address', async () => {
    const made = await invite();
    const link = await linkOf(made);
    const answer = await new PageBrowser(apiOf()).press(`${link}/pass-on`, 'address=Lee@acme.example');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Lee@acme.example');
    const colleague = (await all())[0];
    expect(colleague).toMatchObject({
      state: 'created',
      invited: { address: 'L•••@acme.example' },
      passedOnFrom: made.invitationId,
    });
    const { sealedInviter, sealedInvited, invitationId } = await row(colleague?.invitationId ?? '');
    expect(await apiOf().openSealed(places.invitedAddress(world.tenantId, invitationId), sealedInvited)).toBe('Lee@acme.example');
    expect(await apiOf().openSealed(places.inviterAddress(world.tenantId, made.invitationId), sealedInviter)).toBe(
      'pia@north-studio.example',
    );
    expect((await mails()).map(({ kind }) => kind)).toEqual(['invitation', 'invitation', 'passed-on']);
    expect(apiOf().runs.mailed).toHaveLength(3);
    expect((await new PageBrowser(apiOf()).press(`${link}/pass-on`, 'address=eve@acme.example')).status).toBe(409);
  });

  test('an address that is none is said beside the field, and nothing is sent', async () => {
    const link = await linkOf(await invite());
    for (const raw of [
      '',
      'address=',
      'address=lee',
      'address=a@b.example%0d%0aBcc:x@y.example',
      'address=a@b.example&address=c@d.example',
    ]) {
      const answer = await new PageBrowser(apiOf()).press(`${link}/pass-on`, raw);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('role="alert"');
    }
    expect(await mails()).toHaveLength(1);
  });

  test('comes to an end: the third colleague cannot name a fourth', async () => {
    let link = await linkOf(await invite());
    for (const name of ['one', 'two', 'three']) {
      expect((await new PageBrowser(apiOf()).press(`${link}/pass-on`, `address=${name}@acme.example`)).status).toBe(200);
      link = await linkOf((await all())[0] ?? { invitationId: '' });
    }
    expect((await new PageBrowser(apiOf()).press(`${link}/pass-on`, 'address=four@acme.example')).status).toBe(409);
    expect((await new PageBrowser(apiOf()).get(link)).text).toContain('passed on too often');
  });
});

test('no address and no link is ever logged', () => {
  for (const secret of ['Gus.Grant', 'pia@north-studio', 'Lee@acme']) expect(apiOf().logged()).not.toContain(secret);
  expect(apiOf().logged()).toContain('/invitation/:token');
  expect(apiOf().logged()).not.toMatch(/\/invitation\/[A-Za-z0-9_-]{20}/);
});
