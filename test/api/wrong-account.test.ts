import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { storeMatches } from '../../shared/store/connections/matches.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { findGrantOfPerson } from '../../shared/store/grants/grants.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { askOnceMore } from '../../shared/store/people/asking.ts';
import { requestOf } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { endUse, listTeam, noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import { doubtAbout, lockAccounts } from '../../shared/store/people/whose-account.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testEpoch, testLinkKey, useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { eventually } from '../support/eventually.ts';
import { PageBrowser } from '../support/page-browser.ts';
import { type ProcoreAccount, signInByPage } from '../support/page-sign-in.ts';

const apiOf = useTestApi();
let world: World;
let at: string;

const ria = { memberId: 'm-ria', name: 'Ria Solà', email: 'ria@north.example', emailKey: 'ria@north.example', returns: true };
const sam = { memberId: 'm-sam', name: 'Sam Wu', email: 'sam@north.example', emailKey: 'sam@north.example', returns: true };
const riaInProcore: ProcoreAccount = { id: '101', name: 'Ria Solà', login: ria.email };
const samInProcore: ProcoreAccount = { id: '102', name: 'Sam Wu', login: 'wu@elsewhere.example' };

const inTenant: <Result>(work: Parameters<typeof withTenant<Result>>[2]) => Promise<Result> = (work) =>
  withTenant(apiOf().store.pool, world.tenantId, work);
const call = (method: string, path: string, body: object = {}, key = world.key) =>
  apiOf().call(method, path, { key, ...(method === 'post' ? { body } : {}) });
const teamIs = (...members: (typeof ria)[]) => inTenant((db) => storeTeam(db, world.tenantId, world.peopleConnectionId, members));
const listed = async (memberId: string) =>
  ((await call('get', at)).body as { items: { memberId: string; state: string }[] }).items.find(
    (one) => one.memberId === memberId,
  );

/** That person has authorized, and their grant is a member’s, as the worker makes it. */
async function authorized(emailKey: string, person: ProcoreAccount): Promise<string> {
  return inTenant(async (db) => {
    const known = await findGrantOfPerson(db, person.id);
    const grantId = known?.grantId ?? randomUUID();
    const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
    const of = { tenantId: world.tenantId, procoreUserId: person.id, procoreLogin: person.login, procoreName: person.name };
    if (!known) await beginGrant(db, of, { grantId, sealedPair: Buffer.from('sealed'), signInId: randomUUID(), ...moments });
    await noteAuthorized(db, world.tenantId, emailKey, grantId);
    return grantId;
  });
}

/** The page to which a member’s link leads, in a browser that is signed in to Procore as that person. */
async function comesAs(emailKey: string, person: ProcoreAccount, browser = new PageBrowser(apiOf())) {
  const { tenantId } = world;
  const links = invitationLinks(testLinkKey);
  await inTenant((db) => askOnceMore(db, { links, restoreEpoch: testEpoch }, { tenantId, emailKey }, 'asked'));
  const asked = await inTenant((db) => requestOf(db, { subject: memberSubject(emailKey), connectionId: null }));
  const link = asked && links.tokenWith(asked.requestId, asked.generation, asked.linkHash);
  if (!link) throw new Error('they were asked');
  const page = await signInByPage(apiOf(), tenantId, browser, `/authorize/${revealSecret(link)}/continue`, person);
  return { browser, page, signInId: page.split('/').at(-1) ?? '', text: async () => (await browser.get(page)).text };
}
const stateOf = async (signInId: string) => (await inTenant((db) => findSignIn(db, signInId)))?.state;
/** What the form of the page sends. */
const formOf = (text: string): string => {
  const fields = [...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value])).toString();
};
const doubt = (emailKey: string, { id, login }: ProcoreAccount) =>
  inTenant((db) => doubtAbout(db, { emailKey, signInId: randomUUID() }, { procoreUserId: id, procoreLogin: login }));
const matched = (memberId: string, procoreId: string, basis: 'e-mail' | 'name') =>
  inTenant((db) =>
    storeMatches(db, world.tenantId, world.peopleConnectionId, [
      {
        kind: 'person',
        partnerId: memberId,
        partnerName: 'as in Part3',
        procoreId,
        procoreName: 'As in Procore',
        basis,
        score: 1,
        state: 'matched',
      },
    ]),
  );

beforeEach(async () => {
  world = await newWorld(apiOf());
  at = `/v1/connections/${world.peopleConnectionId}/responders`;
  await teamIs(ria, sam);
});

describe('whose an account is', () => {
  const samsAccount = { kind: 'another-member', name: 'Sam Wu' };

  test.each([
    ['they signed in with it', async () => void (await authorized(sam.emailKey, samInProcore))],
    [
      'they revoked it',
      async () => {
        await authorized(sam.emailKey, samInProcore);
        await apiOf().store.admin.query(
          "UPDATE person_grant SET state = 'revoked', sealed_pair = NULL, revoked_at = now() WHERE tenant_id = $1 AND procore_user_id = $2",
          [world.tenantId, samInProcore.id],
        );
      },
    ],
    ['they are matched to it by e-mail', () => matched(sam.memberId, samInProcore.id, 'e-mail')],
  ])('another member’s: %s', async (_why, given) => {
    expect(await doubt(ria.emailKey, samInProcore)).toBeUndefined();
    await given();
    expect(await doubt(ria.emailKey, samInProcore)).toEqual(samsAccount);
    expect(await doubt(sam.emailKey, samInProcore)).toBeUndefined();
  });

  test('another member’s: the login is their address, though they have never signed in', async () => {
    expect(await doubt(ria.emailKey, { ...samInProcore, login: ' SAM@north.example ' })).toEqual(samsAccount);
  });

  test('a likeness of names says nothing, nor does a member who has left', async () => {
    await matched(sam.memberId, samInProcore.id, 'name');
    expect(await doubt(ria.emailKey, samInProcore)).toBeUndefined();
    await authorized(sam.emailKey, samInProcore);
    await teamIs(ria);
    expect(await doubt(ria.emailKey, samInProcore)).toBeUndefined();
  });

  test('one person with two addresses is who has the same name at both', async () => {
    await teamIs(ria, { ...sam, name: ' ria solà' });
    await authorized(sam.emailKey, samInProcore);
    expect(await doubt(ria.emailKey, samInProcore)).toBeUndefined();
  });

  test('whose address the login is keeps it, and who used it is told of as using theirs', async () => {
    await authorized(sam.emailKey, riaInProcore);
    expect(await doubt(ria.emailKey, riaInProcore)).toBeUndefined();
    expect(await listed('m-sam')).toMatchObject({ state: 'another-account', accountOf: 'Ria Solà', accountName: 'Ria Solà' });
    const team = await inTenant((db) => listTeam(db, world.peopleConnectionId));
    const here = team.filter(({ leftAt }) => leftAt === null);
    expect(here.map(({ name, accountOf }) => [name, accountOf])).toEqual([
      ['Ria Solà', null],
      ['Sam Wu', 'Ria Solà'],
    ]);
  });

  test('who was somebody else in Procore, or is matched to somebody else there, is asked', async () => {
    await matched(ria.memberId, '500', 'e-mail');
    expect(await doubt(ria.emailKey, riaInProcore)).toEqual({
      kind: 'other-account',
      procoreUserId: '500',
      name: 'As in Procore',
    });
    await authorized(ria.emailKey, riaInProcore);
    expect(await doubt(ria.emailKey, riaInProcore)).toBeUndefined();
    const other = { id: '103', name: 'R. S.', login: 'rs@x.example' };
    expect(await doubt(ria.emailKey, other)).toEqual({ kind: 'other-account', procoreUserId: '101', name: 'Ria Solà' });
  });
});

describe('the page before the yes', () => {
  test('names for whom it is and whose account is signed in; another member’s account is refused in words, and nothing is kept', async () => {
    await authorized(sam.emailKey, samInProcore);
    const { browser, page, signInId, text } = await comesAs(ria.emailKey, samInProcore);
    const said = await text();
    for (const part of ['Ria Solà', 'Sam Wu (wu@elsewhere.example)', 'This Procore account is Sam Wu’s. Sign out at Procore'])
      expect(said).toContain(part);
    expect(said).not.toContain('/confirm');
    expect(said).toContain('Use another account');
    // a form that the page does not show
    for (const form of ['', 'account=102', 'account=102&insteadOf=102'])
      expect((await browser.press(`${page}/confirm`, form)).status).toBe(303);
    expect(await stateOf(signInId)).toBe('exchanged');
    expect(await listed('m-ria')).toMatchObject({ state: 'asked', procoreUserId: null });
    expect((await browser.press(`${page}/abandon`)).status).toBe(303);
    expect(await signInByPage(apiOf(), world.tenantId, browser, `${page}/start`, riaInProcore)).toBe(page);
    expect((await browser.press(`${page}/confirm`, formOf(await text()))).status).toBe(303);
    expect(await stateOf(signInId)).toBe('confirmed');
  });

  test('an account of another address is allowed, and the page says that it is one', async () => {
    const { browser, page, signInId, text } = await comesAs(ria.emailKey, { ...riaInProcore, login: 'solà@home.example' });
    expect(await text()).toContain('The login of this account is not the address of Ria Solà in Part3, r•••@north.example.');
    await browser.press(`${page}/confirm`, formOf(await text()));
    expect(await stateOf(signInId)).toBe('confirmed');
    const own = await comesAs(sam.emailKey, { ...samInProcore, login: sam.email });
    expect(await own.text()).not.toContain('is not the address');
  });

  test('two browsers at once, both signed in as the same person: one of the two links is confirmed, the other is refused', async () => {
    const both = [await comesAs(ria.emailKey, samInProcore), await comesAs(sam.emailKey, samInProcore)];
    const forms = await Promise.all(both.map(async ({ text }) => formOf(await text())));
    await Promise.all(both.map(({ browser, page }, index) => browser.press(`${page}/confirm`, forms[index])));
    const states = await Promise.all(both.map(({ signInId }) => stateOf(signInId)));
    expect(states.sort()).toEqual(['confirmed', 'exchanged']);
  });

  test('a yes waits for another that is just being stored, and is decided by it', async () => {
    const { pool, admin } = apiOf().store;
    const [first, second] = [await comesAs(ria.emailKey, samInProcore), await comesAs(sam.emailKey, samInProcore)];
    const form = formOf(await second.text());
    const { pressing } = await withTenant(pool, world.tenantId, async (db) => {
      await lockAccounts(db, world.tenantId);
      const pressed = second.browser.press(`${second.page}/confirm`, form);
      const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await eventually('the other to wait', async () => (await admin.query(waiting)).rowCount === 1);
      await db.updateTable('sign_in').set({ state: 'confirmed' }).where('sign_in_id', '=', first.signInId).execute();
      return { pressing: pressed };
    });
    await pressing;
    expect([await stateOf(first.signInId), await stateOf(second.signInId)]).toEqual(['confirmed', 'exchanged']);
  });

  test('who was somebody else in Procore says so first: the account before is named, and the prime sees who they were', async () => {
    await authorized(ria.emailKey, riaInProcore);
    const other = { id: '103', name: 'R. Solà', login: 'rs@x.example' };
    const { browser, page, signInId, text } = await comesAs(ria.emailKey, other);
    expect(await text()).toMatch(/known with another account in Procore: <strong>Ria Solà/);
    await browser.press(`${page}/confirm`, 'account=103');
    expect(await stateOf(signInId)).toBe('exchanged');
    await browser.press(`${page}/confirm`, formOf(await text()));
    expect(await stateOf(signInId)).toBe('confirmed');
    const { rows } = await apiOf().store.admin.query(
      "SELECT actor_id FROM audit_entry WHERE tenant_id = $1 AND action = 'responder.change-account'",
      [world.tenantId],
    );
    expect(rows).toEqual([{ actor_id: 'procore:103' }]);
    await authorized(ria.emailKey, other);
    expect(await listed('m-ria')).toMatchObject({ procoreUserId: '103', accountName: 'R. Solà', formerProcoreUserId: '101' });
  });

  test('a yes counts for the account that the page named, not for one that was signed in meanwhile', async () => {
    const { browser, page, signInId, text } = await comesAs(ria.emailKey, riaInProcore);
    const form = formOf(await text());
    await browser.press(`${page}/abandon`);
    await signInByPage(apiOf(), world.tenantId, browser, `${page}/start`, { id: '9', name: 'Eve', login: 'eve@x.example' });
    await browser.press(`${page}/confirm`, form);
    expect(await stateOf(signInId)).toBe('exchanged');
  });
});

describe('put right by whoever manages the project', () => {
  const revoke = (memberId: string) => call('delete', `${at}/${memberId}/authorization`);
  const ask = (memberId: string, body = {}, key = world.key) => call('post', `${at}/${memberId}/sign-ins`, body, key);

  /** As it was kept before accounts were compared: both act with Sam’s. */
  const bothWithSams = async () => {
    await authorized(sam.emailKey, { ...samInProcore, login: sam.email });
    return authorized(ria.emailKey, { ...samInProcore, login: sam.email });
  };

  test('ending one member’s authorization ends no other member’s, nor the owner’s of a connection', async () => {
    await bothWithSams();
    expect(await revoke('m-ria')).toMatchObject({ status: 200, body: { state: 'revoked', since: expect.any(String) } });
    expect(await listed('m-sam')).toMatchObject({ state: 'authorized' });
    expect(await inTenant((db) => findGrantOfPerson(db, '102'))).toMatchObject({ state: 'live' });
    await apiOf().store.admin.query('UPDATE connection SET owner_grant_id = $2 WHERE connection_id = $1', [
      world.peopleConnectionId,
      (await inTenant((db) => findGrantOfPerson(db, '102')))?.grantId,
    ]);
    await revoke('m-sam');
    expect(await inTenant((db) => findGrantOfPerson(db, '102'))).toMatchObject({ state: 'live' });
    expect(await listed('m-sam')).toMatchObject({ state: 'revoked' });
  });

  test('the last use ends the authorization itself', async () => {
    await bothWithSams();
    await revoke('m-ria');
    await revoke('m-sam');
    expect(await inTenant((db) => findGrantOfPerson(db, '102'))).toBeUndefined();
  });

  test('a wrong account is given up: they are asked for another, which needs no word about the one before; its person keeps it', async () => {
    await authorized(ria.emailKey, samInProcore);
    const refused = await ask('m-ria');
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.text).toContain('Ria Solà has authorized already, as Sam Wu in Procore.');
    const operator = await apiOf().newKey(world.tenantId, 'operate');
    expect((await ask('m-ria', { wrongAccount: true }, operator)).status).toBe(403);
    expect(await listed('m-ria')).toMatchObject({ state: 'authorized' });
    expect(await ask('m-ria', { wrongAccount: true })).toMatchObject({ status: 202, body: { state: 'asked' } });
    expect(await listed('m-ria')).toMatchObject({ state: 'asked', procoreUserId: null, formerProcoreUserId: '102' });
    expect(await inTenant((db) => findGrantOfPerson(db, '102'))).toBeUndefined();
    expect(await doubt(ria.emailKey, riaInProcore)).toBeUndefined();
    expect(await doubt(sam.emailKey, samInProcore)).toBeUndefined();
  });

  test('who signed in with another member’s account is asked again without more words, by any key that may ask', async () => {
    await bothWithSams();
    expect(await listed('m-ria')).toMatchObject({ state: 'another-account', accountOf: 'Sam Wu' });
    const operator = await apiOf().newKey(world.tenantId, 'operate');
    expect(await ask('m-ria', {}, operator)).toMatchObject({ status: 202, body: { state: 'asked' } });
    expect(await listed('m-sam')).toMatchObject({ state: 'authorized' });
  });
});

describe('a person who revoked, at their account', () => {
  const account = async (browser: PageBrowser, person: ProcoreAccount) => {
    const asked = await inTenant((db) => requestOf(db, { subject: memberSubject(ria.emailKey), connectionId: null }));
    const link = asked && invitationLinks(testLinkKey).tokenWith(asked.requestId, 0, asked.accountHash);
    return signInByPage(apiOf(), world.tenantId, browser, `/account/${link ? revealSecret(link) : ''}/continue`, person);
  };
  let browser: PageBrowser;

  beforeEach(async () => {
    const first = await comesAs(ria.emailKey, riaInProcore);
    await first.browser.press(`${first.page}/confirm`, formOf(await first.text()));
    await apiOf().store.admin.query('UPDATE sign_in SET ended_at = now() WHERE sign_in_id = $1', [first.signInId]);
    await authorized(ria.emailKey, riaInProcore);
    browser = new PageBrowser(apiOf());
  });

  test('authorizes again there, without a mail; nobody else can by that link', async () => {
    const page = await account(browser, riaInProcore);
    await browser.press(`${page}/revoke`);
    expect(await listed('m-ria')).toMatchObject({ state: 'revoked' });
    expect((await browser.get(page)).text).toContain('Authorize again');
    const eve = new PageBrowser(apiOf());
    const eves = await account(eve, { id: '9', name: 'Eve', login: 'eve@x.example' });
    expect((await eve.get(eves)).text).not.toContain('Authorize again');
    expect((await eve.press(`${eves}/authorize-again`)).status).toBe(409);
    const again = await signInByPage(apiOf(), world.tenantId, browser, `${page}/authorize-again`, riaInProcore);
    expect(again).not.toBe(page);
    await browser.press(`${again}/confirm`, formOf((await browser.get(again)).text));
    expect(await inTenant((db) => findSignIn(db, again.split('/').at(-1) ?? ''))).toMatchObject({
      state: 'confirmed',
      purpose: 'authorize-person',
      subject: memberSubject(ria.emailKey),
    });
  });

  test('does not, where whoever manages the project ended it', async () => {
    await inTenant((db) => endUse(db, ria.emailKey));
    const page = await account(browser, riaInProcore);
    await browser.press(`${page}/revoke`);
    expect((await browser.get(page)).text).not.toContain('Authorize again');
  });
});
