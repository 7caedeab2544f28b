import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { wordsOfConsent } from '../../shared/domain/consents.ts';
import { hashToken } from '../../shared/security/tokens.ts';
import { createConnection } from '../../shared/store/connections/connections.ts';
import { storeOffers } from '../../shared/store/connections/offered-projects.ts';
import { listConsents } from '../../shared/store/grants/consents.ts';
import { offerSignIn } from '../../shared/store/grants/sign-ins.ts';
import { contractorSubject, memberSubject } from '../../shared/store/people/authorizations.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testEpoch, useTestApi } from '../support/api.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
const harbour = { companyId: '562949953444013', projectId: '5500000000001', projectName: 'Harbour Tower' };
let tenantId: string;
let connectionId: string;
let key: string;

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]): Promise<Result> =>
  withTenant(apiOf().store.pool, tenantId, work);
const consents = () => inTenant((db) => listConsents(db, connectionId));

/** A connection of Part3; bound to Harbour Tower, and live, unless it is not there yet. */
async function connect(isBound = true): Promise<string> {
  const id = randomUUID();
  await inTenant((db) =>
    createConnection(db, { tenantId, connectionId: id, partner: 'part3', scope: 'project', modules: ['rfis'] }),
  );
  if (isBound) {
    await apiOf().store.admin.query(
      `UPDATE connection SET stage = 'live', bound_company_id = $2, bound_project_id = $3, bound_project_name = $4, bound_at = now()
       WHERE connection_id = $1`,
      [id, harbour.companyId, harbour.projectId, harbour.projectName],
    );
  }
  return id;
}

beforeEach(async () => {
  tenantId = await apiOf().store.newTenant();
  key = await apiOf().newKey(tenantId, 'admin');
  connectionId = await connect();
});

interface Person {
  readonly browser: PageBrowser;
  readonly grantId: string;
  readonly page: string;
}

/** Somebody who has signed in to Procore in a browser of theirs, and said that the account is theirs. */
async function signedIn(procoreUserId: string, subject: string, to = connectionId): Promise<Person> {
  const { browser, page } = await cameBack(procoreUserId, { purpose: 'authorize-person', subject }, to);
  const grantId = randomUUID();
  await apiOf().store.admin.query(
    `INSERT INTO person_grant (tenant_id, grant_id, procore_user_id, state, sealed_pair, access_issued_at, access_expires_at)
     VALUES ($1, $2, $3, 'live', '\\x00', now(), now() + interval '1 hour')`,
    [tenantId, grantId, procoreUserId],
  );
  return { browser, grantId, page };
}

type Came = { readonly purpose: 'authorize-person'; readonly subject: string } | { readonly purpose: 'see-account' };

/** They came back from Procore by a link of that purpose, in a browser of their own. */
async function cameBack(procoreUserId: string, came: Came, to = connectionId): Promise<Pick<Person, 'browser' | 'page'>> {
  const [signInId, token] = [randomUUID(), randomBytes(32).toString('base64url')];
  await inTenant((db) =>
    offerSignIn(db, {
      tenantId,
      signInId,
      connectionId: to,
      ...came,
      linkHash: hashToken(token),
      restoreEpoch: testEpoch,
      createdBy: 'test',
      expiresAt: new Date(Date.now() + 1_000_000),
    }),
  );
  const browser = new PageBrowser(apiOf());
  expect((await browser.press(`/connect/${token}/start`)).status).toBe(303);
  await apiOf().store.admin.query(
    `UPDATE sign_in SET state = $4, procore_user_id = $2, procore_login = $3 WHERE sign_in_id = $1`,
    [signInId, procoreUserId, `${procoreUserId}@acme.example`, came.purpose === 'see-account' ? 'exchanged' : 'confirmed'],
  );
  return { browser, page: `/sign-ins/${signInId}/agreements` };
}

async function owner(procoreUserId = '1'): Promise<Person> {
  const person = await signedIn(procoreUserId, contractorSubject);
  await apiOf().store.admin.query('UPDATE connection SET owner_grant_id = $2 WHERE connection_id = $1', [
    connectionId,
    person.grantId,
  ]);
  return person;
}

/** The form behind "I agree" on a page of ours, as the browser would send it. */
function formIn(html: string): string {
  const [form = ''] = /<form[^>]*\/agree"[\s\S]*?<\/form>/.exec(html) ?? [];
  const fields = [...form.matchAll(/name="(kind|words)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')])).toString();
}

async function wantAll(): Promise<unknown> {
  const body = { settings: { intake: { which: 'all-non-private' } } };
  return (await apiOf().call('post', `/v1/connections/${connectionId}/settings`, { key, body })).body;
}

test('a responder agrees to read in the owner’s place: exactly the words they saw are kept, with who and when, and they can withdraw it', async () => {
  const { browser, page, grantId } = await signedIn('2', memberSubject('ria@north.example'));
  const shown = await browser.get(page);
  const { text: tenant } = await apiOf()
    .store.admin.query('SELECT name FROM tenant WHERE tenant_id = $1', [tenantId])
    .then(({ rows }) => ({ text: rows[0].name }));
  const words = wordsOfConsent('reader', { tenantName: tenant, partnerTitle: 'Part3', projectName: 'Harbour Tower' });
  expect(shown.text).toContain(words);
  expect(await consents()).toEqual([]);
  expect((await browser.press(`${page}/agree`, formIn(shown.text))).status).toBe(303);
  // pressed twice it is once
  await browser.press(`${page}/agree`, formIn(shown.text));
  expect(await consents()).toMatchObject([{ kind: 'reader', grantId, procoreUserId: '2', words, withdrawnAt: null }]);
  const agreed = await browser.get(page);
  expect(agreed.text).toContain('Agreed on');
  expect((await browser.press(`${page}/withdraw`, 'kind=reader')).status).toBe(303);
  expect(await consents()).toMatchObject([{ withdrawnBy: 'procore:2' }]);
});

test('nobody agrees to other words than those of the page, to what is another’s to say, or from another browser', async () => {
  const { browser, page } = await signedIn('2', memberSubject('ria@north.example'));
  const form = (kind: string, words: string) => new URLSearchParams({ kind, words }).toString();
  expect((await browser.press(`${page}/agree`, form('reader', 'whatever'))).status).toBe(409);
  await wantAll();
  const subject = { tenantName: 'x', partnerTitle: 'Part3', projectName: 'Harbour Tower' };
  expect((await browser.press(`${page}/agree`, form('all-non-private', wordsOfConsent('all-non-private', subject)))).status).toBe(
    409,
  );
  const shown = await browser.get(page);
  const stranger = new PageBrowser(apiOf());
  expect((await stranger.press(`${page}/agree`, formIn(shown.text))).status).toBe(404);
  expect(await consents()).toEqual([]);
});

test('the owner is asked for their consent once the setting is there; until then it is in force for nobody', async () => {
  const { browser, page } = await owner();
  expect((await browser.get(page)).text).not.toContain('I agree');
  expect(await wantAll()).toMatchObject({
    settings: { intake: { which: 'all-non-private' } },
    inForce: { intake: { which: 'design-side' } },
  });
  const asked = await browser.get(page);
  expect(asked.text).toContain('asks for this');
  await browser.press(`${page}/agree`, formIn(asked.text));
  const settings = async () => (await apiOf().call('get', `/v1/connections/${connectionId}/settings`, { key })).body;
  expect(await settings()).toMatchObject({ inForce: { intake: { which: 'all-non-private' } } });
  await browser.press(`${page}/withdraw`, 'kind=all-non-private');
  expect(await settings()).toMatchObject({ inForce: { intake: { which: 'design-side' } } });
});

const wait = z.object({ who: z.string().nullable(), owner: z.string(), about: z.object({ label: z.string() }) });
const statusView = z.object({ waits: z.array(wait) });

const waitsForConsent = async (): Promise<readonly z.infer<typeof wait>[]> => {
  const { body } = await apiOf().call('get', `/v1/connections/${connectionId}/status`, { key });
  return statusView.parse(body).waits.filter(({ about }) => about.label.includes('consent'));
};

test('the owner is mailed once the setting is there, and the status names who is waited for until they have agreed by their account link', async () => {
  const { grantId } = await owner();
  await apiOf().store.admin.query("UPDATE person_grant SET procore_name = 'Gus Romero' WHERE grant_id = $1", [grantId]);
  await wantAll();
  await wantAll();
  const { rows } = await apiOf().store.admin.query('SELECT kind FROM mail WHERE tenant_id = $1', [tenantId]);
  expect(rows).toEqual([{ kind: 'consent' }]);
  expect(await waitsForConsent()).toMatchObject([{ who: 'Gus Romero', owner: 'contractor' }]);
  const { browser, page } = await cameBack('1', { purpose: 'see-account' });
  const account = await browser.get(page.replace('/agreements', ''));
  expect(account.text).toContain('asks for this');
  await browser.press(`${page}/agree`, formIn(account.text));
  expect(await consents()).toMatchObject([{ kind: 'all-non-private', grantId, procoreUserId: '1', withdrawnAt: null }]);
  expect(await waitsForConsent()).toEqual([]);
  // by the same link they withdraw it
  expect((await browser.get(page)).text).toContain('Agreed on');
  await browser.press(`${page}/withdraw`, 'kind=all-non-private');
  expect(await consents()).toMatchObject([{ withdrawnBy: 'procore:1' }]);
  expect(await waitsForConsent()).toMatchObject([{ owner: 'admin' }]);
});

test('an owner who does not agree is asked no more, and may agree all the same later', async () => {
  const { browser, page } = await owner();
  await wantAll();
  expect((await browser.press(`${page}/decline`, 'kind=all-non-private')).status).toBe(303);
  const declined = await browser.get(page);
  expect(declined.text).toContain('You said that you do not agree');
  expect(declined.text).not.toContain('I do not agree</button>');
  expect(await waitsForConsent()).toMatchObject([{ owner: 'admin' }]);
  await browser.press(`${page}/agree`, formIn(declined.text));
  expect(await consents()).toMatchObject([{ kind: 'all-non-private', withdrawnAt: null }]);
  expect(await waitsForConsent()).toEqual([]);
});

test('an owner who agreed and took it back may say that they do not agree, and agree once more', async () => {
  const { browser, page } = await owner();
  await wantAll();
  await browser.press(`${page}/agree`, formIn((await browser.get(page)).text));
  await browser.press(`${page}/withdraw`, 'kind=all-non-private');
  expect((await browser.get(page)).text).toContain('I do not agree</button>');
  await browser.press(`${page}/decline`, 'kind=all-non-private');
  const declined = await browser.get(page);
  expect(declined.text).toContain('You said that you do not agree');
  expect(declined.text).not.toContain('I do not agree</button>');
  await browser.press(`${page}/agree`, formIn(declined.text));
  expect(await wantAll()).toMatchObject({ inForce: { intake: { which: 'all-non-private' } } });
  expect(await waitsForConsent()).toEqual([]);
});

test('another owner is asked anew for what the one before agreed to, who still sees their own and can withdraw it', async () => {
  const former = await owner();
  await wantAll();
  await former.browser.press(`${former.page}/agree`, formIn((await former.browser.get(former.page)).text));
  const second = await owner('4');
  expect(await wantAll()).toMatchObject({ inForce: { intake: { which: 'design-side' } } });
  expect(await waitsForConsent()).toMatchObject([{ owner: 'contractor' }]);
  const readers = await apiOf().call('get', `/v1/connections/${connectionId}/readers`, { key });
  expect(readers.body).toMatchObject({ consents: [{ procoreUserId: '1', stands: false, withdrawnAt: null }] });
  const asked = await second.browser.get(second.page);
  expect([asked.text.includes('asks for this'), asked.text.includes('Agreed on')]).toEqual([true, false]);
  // what is another's to take back is not theirs
  await second.browser.press(`${second.page}/withdraw`, 'kind=all-non-private');
  await second.browser.press(`${second.page}/agree`, formIn(asked.text));
  expect(await wantAll()).toMatchObject({ inForce: { intake: { which: 'all-non-private' } } });
  const { browser, page } = await cameBack('1', { purpose: 'see-account' });
  await apiOf().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [former.grantId]);
  const own = await browser.get(page);
  expect([own.text.includes('Agreed on'), own.text.includes('I agree</button>')]).toEqual([true, false]);
  expect(own.text).toContain('Another person owns the connection now');
  await browser.press(`${page}/withdraw`, 'kind=all-non-private');
  const byGrant = new Map((await consents()).map(({ grantId, withdrawnBy }) => [grantId, withdrawnBy]));
  expect([byGrant.get(former.grantId), byGrant.get(second.grantId)]).toEqual(['procore:1', null]);
  expect((await browser.get(page)).text).not.toContain('Harbour Tower');
  expect(await wantAll()).toMatchObject({ inForce: { intake: { which: 'all-non-private' } } });
});

test('a consent of the owner counts on while their authorization has lapsed, and they can withdraw it meanwhile', async () => {
  const { browser, page, grantId } = await owner();
  await wantAll();
  await browser.press(`${page}/agree`, formIn((await browser.get(page)).text));
  await apiOf().store.admin.query("UPDATE person_grant SET state = 'lapsed' WHERE grant_id = $1", [grantId]);
  expect(await wantAll()).toMatchObject({ inForce: { intake: { which: 'all-non-private' } } });
  expect((await browser.get(page)).text).toContain('Agreed on');
  await browser.press(`${page}/withdraw`, 'kind=all-non-private');
  expect(await consents()).toMatchObject([{ withdrawnBy: 'procore:1' }]);
  const gone = await browser.get(page);
  expect([gone.text.includes('I agree'), gone.text.includes('your authorization does not stand')]).toEqual([false, true]);
});

test('an account link in other hands lets nobody agree for a project that is not theirs', async () => {
  await owner();
  await wantAll();
  await signedIn('9', memberSubject('elsewhere@north.example'));
  const { browser, page } = await cameBack('9', { purpose: 'see-account' });
  const shown = await browser.get(page);
  expect([shown.status, shown.text.includes('I agree'), shown.text.includes('Harbour Tower')]).toEqual([200, false, false]);
  const words = wordsOfConsent('reader', { tenantName: 'x', partnerTitle: 'Part3', projectName: 'Harbour Tower' });
  const form = new URLSearchParams({ kind: 'reader', words }).toString();
  expect((await browser.press(`${page}/agree`, form)).status).toBe(409);
  expect((await browser.press(`${page}/decline`, 'kind=all-non-private')).status).toBe(409);
  expect(await consents()).toEqual([]);
});

test('the API tells who reads and what was agreed to, and the tenant may do without it', async () => {
  const { browser, page } = await signedIn('2', memberSubject('ria@north.example'));
  await browser.press(`${page}/agree`, formIn((await browser.get(page)).text));
  const readers = await apiOf().call('get', `/v1/connections/${connectionId}/readers`, { key });
  expect(readers.body).toMatchObject({ reads: null, consents: [{ kind: 'reader', procoreUserId: '2', stands: true }] });
  const [{ consentId } = { consentId: '' }] = await consents();
  const path = `/v1/connections/${connectionId}/consents/${consentId}/withdraw`;
  const withdrawn = await apiOf().call('post', path, { key });
  expect(withdrawn.body).toMatchObject({ consents: [{ stands: false, withdrawnBy: expect.stringMatching(/^api-key:/) }] });
});

test('a member who has left reads for nobody', async () => {
  const { browser, page, grantId } = await signedIn('2', memberSubject('ria@north.example'));
  await browser.press(`${page}/agree`, formIn((await browser.get(page)).text));
  const { admin } = apiOf().store;
  await admin.query(`INSERT INTO member_account (tenant_id, email_key, grant_id) VALUES ($1, 'ria', $2)`, [tenantId, grantId]);
  await admin.query(
    `INSERT INTO team_member (tenant_id, connection_id, member_id, name, email, email_key, returns, left_at)
     VALUES ($1, $2, 'm-1', 'Ria', 'ria', 'ria', true, now())`,
    [tenantId, connectionId],
  );
  const readers = await apiOf().call('get', `/v1/connections/${connectionId}/readers`, { key });
  expect(readers.body).toMatchObject({ consents: [{ stands: false }] });
});

test('a project that this tenant has connected says so in the list and cannot be chosen; that another tenant has is told to nobody', async () => {
  const second = await connect(false);
  const { browser, page, grantId } = await signedIn('3', contractorSubject, second);
  const visit = page.replace('/agreements', '');
  const offer = {
    ...harbour,
    companyName: 'Acme',
    number: null,
    city: null,
    timeZone: null,
    role: 'project-directory',
    looked: true,
  } as const;
  const quay = { ...offer, projectId: '5500000000002', projectName: 'Quay' };
  await inTenant((db) => storeOffers(db, tenantId, second, [offer, quay]));
  const { admin } = apiOf().store;
  await admin.query('UPDATE connection SET owner_grant_id = $2 WHERE connection_id = $1', [second, grantId]);
  await admin.query(
    `INSERT INTO step (tenant_id, connection_id, step_id, position, title, owner, state, evidence)
     VALUES ($1, $2, 'confirmRole', 0, '', 'contractor', 'done', '{}')`,
    [tenantId, second],
  );
  const list = await browser.get(visit);
  expect(list.text).toContain('It is connected already');
  expect(list.text).not.toContain('Choose Harbour Tower');
  expect(list.text).toContain('Choose Quay');
  const choose = ({ companyId, projectId }: typeof offer | typeof quay) =>
    browser.press(`${visit}/project`, new URLSearchParams({ companyId, projectId }).toString());
  const refused = await choose(offer);
  expect([refused.status, refused.text.includes('connected already')]).toEqual([409, true]);
  expect((await choose(quay)).status).toBe(303);
  const { rows } = await admin.query(`SELECT input ->> 'projectId' AS id FROM command WHERE connection_id = $1`, [second]);
  expect(rows).toEqual([{ id: quay.projectId }]);
  // the same connection of another tenant says nothing here
  await admin.query(`UPDATE connection SET stage = 'disconnected' WHERE connection_id = $1`, [connectionId]);
  const own = tenantId;
  tenantId = await apiOf().store.newTenant();
  await connect();
  tenantId = own;
  await admin.query('DELETE FROM command WHERE connection_id = $1', [second]);
  expect((await browser.get(visit)).text).toContain('Choose Harbour Tower');
});
