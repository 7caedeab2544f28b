import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { writeCommand } from '../../shared/store/commands.ts';
import { endIdleAuthorizations } from '../../shared/store/grants/grant-uses.ts';
import { findGrantOfPerson } from '../../shared/store/grants/grants.ts';
import { askOnce } from '../../shared/store/people/asking.ts';
import { type AuthorizationRequest, requestOf } from '../../shared/store/people/authorization-requests.ts';
import { contractorSubject, memberSubject } from '../../shared/store/people/authorizations.ts';
import { listTeam, storeTeam } from '../../shared/store/people/team.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testEpoch, testLinkKey, useTestApi } from '../support/api.ts';
import { newWorld, responder, type World } from '../support/api-world.ts';
import { contentsOf } from '../support/contents.ts';
import { PageBrowser } from '../support/page-browser.ts';
import { signInByPage } from '../support/page-sign-in.ts';

const apiOf = useTestApi();
let world: World;
let at: string;

beforeEach(async () => {
  world = await newWorld(apiOf());
  at = `/v1/connections/${world.connectionId}/responders`;
  apiOf().runs.mailed.length = 0;
});

const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  apiOf().call(method, path, { key: world.key, headers, ...(method === 'post' ? { body: {} } : {}) });
const inTenant: <Result>(work: Parameters<typeof withTenant<Result>>[2]) => Promise<Result> = (work) =>
  withTenant(apiOf().store.pool, world.tenantId, work);
const list = async () => ((await call('get', at)).body as { items: { state: string; memberId: string }[] }).items;
const ask = (headers = {}) => call('post', `${at}/${world.memberId}/sign-ins`, headers);
const revoke = () => call('delete', `${at}/${world.memberId}/authorization`);
const mails = async () =>
  (await apiOf().store.admin.query('SELECT kind, mail_id FROM mail WHERE tenant_id = $1 ORDER BY created_at', [world.tenantId]))
    .rows as { kind: string; mail_id: string }[];

async function request(): Promise<AuthorizationRequest> {
  const found = await inTenant((db) => requestOf(db, { subject: memberSubject(responder), connectionId: null }));
  if (found === undefined) throw new Error('nobody was asked');
  return found;
}

const token = (id: string, generation: number, hash: Buffer): string => {
  const found = invitationLinks(testLinkKey).tokenWith(id, generation, hash);
  return found === undefined ? '' : revealSecret(found);
};
/** As the worker writes them into the mail. */
async function links(): Promise<{ readonly authorize: string; readonly account: string }> {
  const { requestId, generation, linkHash, accountHash } = await request();
  return {
    authorize: `/authorize/${token(requestId, generation, linkHash)}`,
    account: `/account/${token(requestId, 0, accountHash)}`,
  };
}

const rosa = { id: '4712', name: 'Rosa Weber', login: responder };
const signIn = (browser: PageBrowser, from: string, person = rosa): Promise<string> =>
  signInByPage(apiOf(), world.tenantId, browser, from, person);

describe('the list', () => {
  test('says of each how they stand and since when, with the address in part only', async () => {
    const [one, ...more] = await list();
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      memberId: world.memberId,
      name: 'Rosa Weber',
      address: 'r•••@north-studio.example',
      returns: true,
      state: 'authorized',
      since: expect.any(String),
      procoreUserId: '4712',
      lastUsedAt: null,
    });
    expect((await call('get', at)).text).not.toContain(responder);
  });

  test('those who left stand at the end', async () => {
    const ada = { memberId: 'member-ada', name: 'Ada First', email: 'ada@x.example', emailKey: 'ada@x.example', returns: true };
    const [rosa] = await inTenant((db) => listTeam(db, world.connectionId));
    if (rosa === undefined) throw new Error('the world has a responder');
    await inTenant((db) => storeTeam(db, world.tenantId, world.connectionId, [rosa, ada]));
    await inTenant((db) => storeTeam(db, world.tenantId, world.connectionId, [rosa]));
    expect((await list()).map(({ memberId, state }) => [memberId, state])).toEqual([
      [world.memberId, 'authorized'],
      ['member-ada', 'left'],
    ]);
    expect((await call('post', `${at}/member-ada/sign-ins`)).status).toBe(409);
  });
});

describe('asking and revoking', () => {
  test('whoever has authorized is not asked; revoked, the grant is gone at once and their link is void', async () => {
    expect((await ask()).status).toBe(409);
    expect(await revoke()).toMatchObject({ status: 200, body: { state: 'revoked' } });
    expect(await inTenant((db) => findGrantOfPerson(db, '4712'))).toBeUndefined();
    expect(await ask()).toMatchObject({ status: 202, body: { state: 'asked', askedAt: expect.any(String) } });
    const { authorize } = await links();
    expect((await new PageBrowser(apiOf()).get(authorize)).status).toBe(200);
    expect(await revoke()).toMatchObject({ status: 200, body: { state: 'revoked' } });
    expect((await new PageBrowser(apiOf()).get(authorize)).status).toBe(404);
    const left = await apiOf().store.admin.query('SELECT FROM grant_leftover WHERE tenant_id = $1', [world.tenantId]);
    expect(left.rowCount).toBe(1);
  });

  test('asking mails a link at once, in no answer; again, the link before is void; under the same Idempotency-Key it is the same', async () => {
    await revoke();
    const first = await ask();
    const before = await links();
    expect(first.text).not.toContain('/authorize/');
    expect((await mails()).map(({ kind }) => kind)).toEqual(['authorize']);
    expect(apiOf().runs.mailed).toEqual((await mails()).map(({ mail_id }) => mail_id));
    const headers = { 'idempotency-key': randomUUID() };
    const [one, two] = [await ask(headers), await ask(headers)];
    expect(two.body).toEqual(one.body);
    expect(await mails()).toHaveLength(2);
    expect((await new PageBrowser(apiOf()).get(before.authorize)).status).toBe(404);
    expect((await new PageBrowser(apiOf()).get((await links()).authorize)).status).toBe(200);
  });
});

describe('the single-use link', () => {
  beforeEach(async () => {
    await revoke();
    await ask();
  });

  test('looking at it, and pressing everything on it as a machine does, changes nothing but that it counts as opened', async () => {
    const { authorize, account } = await links();
    const untouched = await contentsOf(apiOf().store.admin, world.tenantId);
    for (const method of ['get', 'head', 'get']) {
      expect((await new PageBrowser(apiOf()).get(authorize, method)).status).toBe(200);
      expect((await new PageBrowser(apiOf()).get(account, method)).status).toBe(200);
    }
    expect(await contentsOf(apiOf().store.admin, world.tenantId)).toEqual(untouched);
    const machine = new PageBrowser(apiOf());
    for (const act of ['continue', 'no-reminders', 'continue']) await machine.press(`${authorize}/${act}`);
    expect((await request()).state).toBe('opened');
    const person = new PageBrowser(apiOf());
    const page = await signIn(person, `${authorize}/continue`);
    expect((await person.get(page)).text).toContain('Your answers will carry your name in Procore.');
    expect((await person.press(`${page}/confirm`)).status).toBe(303);
    expect((await request()).state).toBe('answered');
    expect((await new PageBrowser(apiOf()).get(authorize)).status).toBe(404);
  });

  test('until a person says yes to who they are it is good; another account may be used', async () => {
    const { authorize } = await links();
    const person = new PageBrowser(apiOf());
    const page = await signIn(person, `${authorize}/continue`, { id: '9', name: 'Somebody Else', login: 'else@x.example' });
    expect((await person.get(page)).text).toContain('Somebody Else (else@x.example)');
    await person.press(`${page}/abandon`);
    expect((await new PageBrowser(apiOf()).get(authorize)).status).toBe(200);
    expect((await request()).state).toBe('opened');
    const stranger = await new PageBrowser(apiOf()).get(page);
    expect(stranger.status).toBe(404);
  });

  test('asked again meanwhile, or left: who signed in by the link before cannot say yes', async () => {
    const person = new PageBrowser(apiOf());
    const page = await signIn(person, `${(await links()).authorize}/continue`);
    await revoke();
    expect((await person.press(`${page}/confirm`)).status).toBe(409);
    expect(await list()).toMatchObject([{ state: 'revoked' }]);
  });
});

test('who signs in again for a project that is connected is not told that nothing is, nor that they choose one, but how much came over', async () => {
  const { tenantId, peopleConnectionId: connectionId } = world;
  await apiOf().store.admin.query(
    `UPDATE connection SET stage = 'live', bound_company_id = '7', bound_project_id = '8', bound_project_name = 'Harbour Tower', bound_at = now()
     WHERE connection_id = $1`,
    [connectionId],
  );
  const using = { links: invitationLinks(testLinkKey), restoreEpoch: testEpoch };
  await inTenant((db) => askOnce(db, using, { tenantId, connectionId }, 'lapsed'));
  const asked = await inTenant((db) => requestOf(db, { subject: contractorSubject, connectionId }));
  if (asked === undefined) throw new Error('the owner was asked');
  const owner = new PageBrowser(apiOf());
  const page = await signIn(owner, `/authorize/${token(asked.requestId, asked.generation, asked.linkHash)}/continue`);
  const { text } = await owner.get(page);
  expect(text).toContain('Harbour Tower is connected already.');
  // their authorization is made of the sign-in: as many as stand there, whoever reads them
  await apiOf().store.admin.query(
    `UPDATE sign_in SET state = 'confirmed', sealed_token = NULL, token_expires_at = NULL WHERE sign_in_id = $1`,
    [page.split('/').at(-1)],
  );
  await apiOf().store.admin.query(
    `WITH link AS (INSERT INTO project_link (tenant_id, project_link_id, connection_id, procore_project_id, procore_project_name,
       partner_project_id, partner_project_name, basis) VALUES ($1, gen_random_uuid(), $2, '8', 'Harbour Tower', 'p', 'Harbour Tower', 'person')
       RETURNING project_link_id)
     INSERT INTO record_link (tenant_id, project_link_id, stream, natural_key, wanted_hash, version, target_id)
     SELECT $1, project_link_id, stream, key, 'hash', 1, target FROM link,
       (VALUES ('rfis', 'a', '1'), ('rfis', 'b', '2'), ('rfis', 'c', NULL), ('submittals', 'd', '3')) AS item (stream, key, target)`,
    [tenantId, connectionId],
  );
  expect((await owner.get(page)).text).toContain('So far 2 RFIs and 1 submittal have come over.');
  for (const untrue of ['Nothing is connected yet', 'The invitation went to another address']) expect(text).not.toContain(untrue);
});

describe('a person’s account', () => {
  /** Somebody with an account link whose authorization stands. */
  async function accountLink(): Promise<string> {
    const using = { links: invitationLinks(testLinkKey), restoreEpoch: testEpoch };
    await inTenant((db) => askOnce(db, using, { tenantId: world.tenantId, emailKey: responder }, 'asked'));
    const { account } = await links();
    return account;
  }

  test('shows what is theirs after a sign-in to Procore, authorizes nothing, and Revoke ends it', async () => {
    const account = await accountLink();
    const browser = new PageBrowser(apiOf());
    expect((await browser.get(account)).text).not.toContain('Rosa');
    const page = await signIn(browser, `${account}/continue`);
    const { text } = await browser.get(page);
    for (const part of ['Rosa Weber (rosa@north-studio.example)', 'In force', 'Last used', 'Revoke'])
      expect(text).toContain(part);
    expect((await browser.press(`${page}/confirm`)).status).toBe(409);
    expect((await browser.press(`${page}/revoke`)).status).toBe(303);
    expect((await browser.get(page)).text).toContain('Nothing is authorized');
    expect(await inTenant((db) => findGrantOfPerson(db, '4712'))).toBeUndefined();
    const audit = await apiOf().store.admin.query("SELECT FROM audit_entry WHERE tenant_id = $1 AND action = 'grant.revoke'", [
      world.tenantId,
    ]);
    expect(audit.rowCount).toBe(1);
  });

  test('shows nothing of another’s to whoever signs in by the same link, who can end nothing', async () => {
    const account = await accountLink();
    const browser = new PageBrowser(apiOf());
    const page = await signIn(browser, `${account}/continue`, { id: '9', name: 'Eve', login: 'eve@x.example' });
    const { text } = await browser.get(page);
    expect(text).toContain('Nothing is authorized');
    expect(text).not.toContain('Rosa');
    await browser.press(`${page}/revoke`);
    expect(await inTenant((db) => findGrantOfPerson(db, '4712'))).toMatchObject({ state: 'live' });
    expect((await browser.press(`${page}/take-back`, `connectionId=${world.connectionId}`)).status).toBe(409);
  });

  describe('of whoever owns a connection', () => {
    const gus = { id: '31', name: 'Gus Romero', login: 'gus@acme.example' };
    let owner: PageBrowser;
    let page: string;

    const stage = (to: string) =>
      apiOf().store.admin.query('UPDATE connection SET stage = $2 WHERE connection_id = $1', [world.peopleConnectionId, to]);
    const decide = (kind: string, actorId: string) => {
      const { tenantId, peopleConnectionId: connectionId } = world;
      return inTenant((db) => writeCommand(db, { tenantId, connectionId, commandId: randomUUID(), kind, input: {}, actorId }));
    };
    const undo = () => owner.press(`${page}/take-back`, `connectionId=${world.peopleConnectionId}`);
    const stops = async () => {
      const sql = "SELECT actor_id FROM command WHERE connection_id = $1 AND kind = 'stop'";
      return (await apiOf().store.admin.query(sql, [world.peopleConnectionId])).rows;
    };
    const text = async () => (await owner.get(page)).text;

    beforeEach(async () => {
      const { admin } = apiOf().store;
      const { rows } = await admin.query(
        `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, state, sealed_pair, access_issued_at, access_expires_at)
         VALUES ($1, $2, $3, 'live', '\\x00', now(), now() + interval '1 hour') RETURNING grant_id`,
        [world.tenantId, randomUUID(), gus.id],
      );
      await admin.query(
        `UPDATE connection SET stage = 'live', owner_grant_id = $2, bound_company_id = '7', bound_project_id = '8',
           bound_project_name = 'Harbour Tower', bound_at = now() WHERE connection_id = $1`,
        [world.peopleConnectionId, rows[0].grant_id],
      );
      owner = new PageBrowser(apiOf());
      page = await signIn(owner, `${await accountLink()}/continue`, gus);
    });

    test('Undo is told as it goes on: the connection is being ended, without the button, and then that it has ended', async () => {
      await decide('connect', 'procore:31');
      expect(await text()).toMatch(/You connected <strong>Harbour Tower<.strong>.*Undo Harbour Tower</);
      expect(await text()).not.toContain('is being ended');
      expect((await undo()).status).toBe(303);
      const ending = await text();
      expect(ending).toMatch(/The connection of <strong>Harbour Tower<.strong> is being ended/);
      expect([ending.includes('Undo Harbour Tower'), ending.includes('data-look-again-seconds')]).toEqual([false, true]);
      // pressed twice it is once
      expect((await undo()).status).toBe(303);
      expect(await stops()).toEqual([{ actor_id: 'procore:31' }]);
      await stage('disconnected');
      const ended = /The connection of <strong>Harbour Tower<.strong> has ended/;
      expect(await text()).toMatch(ended);
      expect(await text()).not.toContain('is being ended');
      await inTenant((db) => endIdleAuthorizations(db));
      expect(await text()).toMatch(ended);
      expect(await text()).toContain('Nothing is authorized');
    });

    test('Undo is there for a day, and refused from then on', async () => {
      const boundAgo = (ago: string) =>
        apiOf().store.admin.query('UPDATE connection SET bound_at = now() - $2::interval WHERE connection_id = $1', [
          world.peopleConnectionId,
          ago,
        ]);
      await boundAgo('24 hours 1 second');
      expect(await text()).not.toContain('Undo Harbour Tower');
      expect((await undo()).status).toBe(409);
      expect(await stops()).toEqual([]);
      await boundAgo('23 hours 55 minutes');
      expect(await text()).toContain('Undo Harbour Tower');
      expect((await undo()).status).toBe(303);
      expect(await stops()).toHaveLength(1);
    });

    test('whom the connection came to later is not told that they connected it', async () => {
      await decide('connect', 'procore:30');
      expect(await text()).not.toContain('You connected');
      expect(await text()).toContain('was connected by another person');
    });

    test('with Revoke whoever invited them is told by one mail, sent at once, however often it is pressed', async () => {
      apiOf().runs.mailed.length = 0;
      await owner.press(`${page}/revoke`);
      await owner.press(`${page}/revoke`);
      const { rows } = await apiOf().store.admin.query(
        `SELECT mail_id, connection_id FROM mail JOIN invitation USING (tenant_id, invitation_id) WHERE tenant_id = $1 AND kind = 'taken-back'`,
        [world.tenantId],
      );
      expect(rows.map(({ connection_id }) => connection_id)).toEqual([world.peopleConnectionId]);
      expect(apiOf().runs.mailed).toEqual([rows[0].mail_id]);
    });

    test('what ends a connection is quieter than what agrees to something', async () => {
      expect(await text()).toContain('<button type="submit" class="quiet">Revoke</button>');
    });

    test('who is waited for is asked to sign in again once it has lapsed; a former owner, whom nothing waits for, is not', async () => {
      const { admin } = apiOf().store;
      await admin.query("UPDATE person_grant SET state = 'lapsed' WHERE procore_user_id = $1 AND tenant_id = $2", [
        gus.id,
        world.tenantId,
      ]);
      expect(await text()).toContain('look for our mail, and sign in again');
      await admin.query('UPDATE connection SET owner_grant_id = NULL WHERE connection_id = $1', [world.peopleConnectionId]);
      expect(await text()).not.toContain('sign in again');
      expect(await text()).toContain('Procore accepts it no more, and nothing needs it');
    });
  });
});
