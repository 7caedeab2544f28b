import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { places } from '../../shared/security/places.ts';
import { storeOutcome } from '../../shared/store/connections/steps.ts';
import { claimCode, storeIdentity, storeToken, wipeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { storeSeen } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { testLoginUrl, useTestApi } from '../support/api.ts';
import { companyId, newWorld, provenCredential, type World } from '../support/api-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let link: string;
let signInId: string;

const newBrowser = (): PageBrowser => new PageBrowser(apiOf());

beforeEach(async () => {
  world = await newWorld(apiOf());
  const made = await apiOf().call('post', `/v1/connections/${world.connectionId}/sign-ins`, { key: world.key, body: {} });
  const body = made.body as { url: string; signInId: string };
  link = new URL(body.url).pathname;
  signInId = body.signInId;
  apiOf().runs.told.length = 0;
});

interface SignInRow {
  readonly state: string;
  readonly session_hash: Buffer | null;
  readonly sealed_code: Buffer | null;
}

async function row(): Promise<SignInRow> {
  const rows = await apiOf().store.admin.query<SignInRow>(
    'SELECT state, session_hash, sealed_code FROM sign_in WHERE sign_in_id = $1',
    [signInId],
  );
  return rows.rows[0] as SignInRow;
}

async function everything(): Promise<unknown> {
  const rows = await apiOf().store.admin.query(
    'SELECT s::text AS row FROM sign_in s UNION ALL SELECT c::text FROM connection c ORDER BY 1',
  );
  return rows.rows;
}

/** Presses the button; answers the `state` that Procore is given. */
async function start(browser: PageBrowser, from = `${link}/start`): Promise<string> {
  const answer = await browser.press(from);
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? '';
}

const callback = (browser: PageBrowser, state: string, code = 'the-code-1') =>
  browser.get(`/oauth/procore/callback?${new URLSearchParams({ code, state })}`);

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]): Promise<Result> =>
  withTenant(apiOf().store.pool, world.tenantId, work);

/** What the worker does between the return and the page that asks. */
async function exchange(
  seen: { companyId: string; companyName: string; directoryLevel: string; admin: boolean } | null,
  name = 'Ada Admin',
): Promise<void> {
  await inTenant(async (db) => {
    const sealed = Buffer.from('sealed');
    await wipeToken(db, signInId, sealed);
    await claimCode(db, signInId, 1000);
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, { id: '4711', name, login: 'ada@acme.example' });
    if (seen !== null) await storeSeen(db, signInId, '4711', seen);
  });
}

const admin = { companyId, companyName: 'Acme Builders', directoryLevel: 'Admin', admin: true };
const page = `/sign-ins/`;
const confirmForm = `companyId=${companyId}`;

/** Nobody listens to a sign-in before the credential is proven. */
const proven = () => inTenant((db) => storeOutcome(db, provenCredential(world)));

test('from the link to the confirmed page', async () => {
  await proven();
  const browser = newBrowser();
  const first = await browser.get(link);
  expect(first.text).toContain('HammerTech');
  expect(first.text).toContain(companyId);
  expect(first.text).toContain('The sign-in is not kept');
  expect(first.text).toContain('Continue with Procore');

  const answer = await browser.press(`${link}/start`);
  const asked = new URL(answer.headers.get('location') ?? '');
  expect(`${asked.origin}${asked.pathname}`).toBe(`${testLoginUrl}/oauth/authorize`);
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'our-client',
    redirect_uri: `${apiOf().url}/oauth/procore/callback`,
    state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
  });

  const back = await callback(browser, asked.searchParams.get('state') ?? '', 'code-from-procore');
  expect([back.status, back.headers.get('location')]).toEqual([303, `${page}${signInId}`]);
  const { sealed_code: sealed } = await row();
  expect(await apiOf().openSealed(places.signInCode(world.tenantId, signInId), sealed ?? Buffer.alloc(0))).toBe(
    'code-from-procore',
  );
  expect(apiOf().runs.told).toMatchObject([
    { workflowId: world.workflowId, name: 'retryStep', message: { stepId: 'proveOwnership' } },
  ]);

  const waiting = await browser.get(`${page}${signInId}`);
  expect(waiting.text).toContain('http-equiv="refresh"');
  await exchange(admin);
  const asks = await browser.get(`${page}${signInId}`);
  expect(asks.text).toContain('Ada Admin (ada@acme.example)');
  expect(asks.text).toContain('Acme Builders');
  expect(asks.text).toContain('HammerTech');
  expect(asks.text).not.toContain('http-equiv="refresh"');

  expect((await browser.press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(303);
  expect((await row()).state).toBe('confirmed');
  expect((await browser.get(`${page}${signInId}`)).text).toContain('that is done');
  expect((await browser.press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(303);
  expect((await newBrowser().get(link)).status).toBe(404);
  expect(apiOf().logged()).not.toContain('code-from-procore');
  expect(apiOf().logged()).not.toContain(link);
});

test('GET and HEAD of a link change nothing at all', async () => {
  const before = await everything();
  for (const method of ['get', 'head', 'get']) expect((await newBrowser().get(link, method)).status).toBe(200);
  expect((await newBrowser().get(`${link}/start`)).status).toBe(405);
  expect(await everything()).toEqual(before);
});

test('a mail scanner that opens the link and presses its button does not keep the person out', async () => {
  const scanner = newBrowser();
  await scanner.get(link);
  await start(scanner);
  const person = newBrowser();
  const state = await start(person);
  expect((await callback(person, state)).status).toBe(303);
  expect((await row()).state).toBe('returned');
});

test('a code that comes back to another browser is not used, and the page says so', async () => {
  const state = await start(newBrowser());
  const victim = await callback(newBrowser(), state);
  expect(victim.status).toBe(400);
  expect(victim.text).toContain('not started in this browser');
  expect(await row()).toMatchObject({ state: 'started', sealed_code: null });
  const other = newBrowser();
  await start(other);
  expect((await callback(other, state)).status).toBe(400);
  expect((await row()).sealed_code).toBeNull();
});

test('a browser whose session was taken over neither uses the code nor ends the attempt of the one that is at it', async () => {
  const former = newBrowser();
  await start(former);
  const person = newBrowser();
  const state = await start(person);
  for (const answer of [{ code: 'code-of-another' }, { error: 'access_denied' }]) {
    const refused = await former.get(`/oauth/procore/callback?${new URLSearchParams({ ...answer, state })}`);
    expect([refused.status, refused.text.includes('not started in this browser')]).toEqual([400, true]);
    expect(await row()).toMatchObject({ state: 'started', sealed_code: null });
  }
  expect((await callback(person, state)).status).toBe(303);
});

test('a state is good once, for ten minutes, and only as it was given', async () => {
  const browser = newBrowser();
  const first = await start(browser);
  const second = await start(browser);
  expect((await callback(browser, first)).status).toBe(400);
  expect((await callback(browser, 'x'.repeat(43))).status).toBe(400);
  expect((await browser.get('/oauth/procore/callback')).status).toBe(400);
  expect((await callback(browser, second)).status).toBe(303);
  expect((await callback(browser, second, 'another-code')).status).toBe(400);
  const third = await start(browser);
  await apiOf().store.admin.query(
    "UPDATE sign_in SET oauth_state_expires_at = clock_timestamp() - interval '1 second' WHERE sign_in_id = $1",
    [signInId],
  );
  expect((await callback(browser, third)).status).toBe(409);
  expect(await row()).toMatchObject({ state: 'started', sealed_code: null });
});

test('the page of a sign-in is for the browser that started it', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await exchange(admin);
  expect((await newBrowser().get(`${page}${signInId}`)).status).toBe(404);
  expect((await browser.get(`${page}${randomUUID()}`)).status).toBe(404);
  expect((await newBrowser().press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(404);
  expect((await row()).state).toBe('exchanged');
});

test('a press that comes from another site, or does not say where from, does nothing', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await exchange(admin);
  const before = await everything();
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    ...['cross-site', 'same-site', 'none'].map((site) => ({ 'sec-fetch-site': site, origin: apiOf().url })),
    { origin: 'null' },
  ]) {
    for (const path of [`${link}/start`, `${page}${signInId}/confirm`, `${page}${signInId}/abandon`]) {
      const answer = await apiOf().call('post', path, { headers, raw: '' });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('not pressed on our page');
    }
  }
  expect(await everything()).toEqual(before);
});

test('somebody who is no admin sees what is wrong, who mends it and where, and cannot confirm', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await exchange({ companyId, companyName: 'Acme Builders', directoryLevel: 'Read Only', admin: false }, 'Ben <b>Builder</b>');
  await inTenant((db) =>
    storeOutcome(db, {
      connectionId: world.connectionId,
      stepId: 'proveOwnership',
      outcome: {
        state: 'stuck',
        reason: 'not-company-admin',
        on: 'admin',
        seen: 'Directory level Read Only',
        needed: 'Directory level Admin',
        where: 'Company Tools → Directory',
      },
      doneBy: 'system',
      by: 'onboarding',
    }),
  );
  const shown = await browser.get(`${page}${signInId}`);
  expect(shown.text).toContain('Directory level Read Only');
  expect(shown.text).toContain('Company Tools → Directory');
  expect(shown.text).toContain('We look again every few seconds while this page is open.');
  expect(shown.text).not.toContain('<b>Builder</b>');
  expect(shown.text).not.toContain('/confirm');
  expect((await browser.press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(409);
  expect((await row()).state).toBe('exchanged');
});

test('a person outside the company is told as whom they are signed in, what Procore does not list, and what helps', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await inTenant(async (db) => {
    const sealed = Buffer.from('sealed');
    await claimCode(db, signInId, 1000);
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, { id: null, name: null, login: 'cleo@borealis.example' });
    await storeSeen(db, signInId, null, { companyId, companyName: null, directoryLevel: null, admin: false });
  });
  const { text } = await browser.get(`${page}${signInId}`);
  expect(text).toContain('cleo@borealis.example');
  expect(text).toMatch(new RegExp(`does not list.*company ${companyId}.*among the companies of this account`, 's'));
  expect(text).toContain('Ask an admin of that company');
  expect(text).not.toContain('/confirm');
});

test('of a connected company the page asks only whether its projects are read anew, and care is told', async () => {
  await apiOf().store.admin.query(
    `UPDATE connection SET stage = 'live', bound_company_id = claimed_company_id, company_name = 'Acme Builders' WHERE connection_id = $1`,
    [world.connectionId],
  );
  const browser = newBrowser();
  expect((await browser.get(link)).text).toContain('its list of projects is read anew');
  await callback(browser, await start(browser));
  const care = `care:${world.tenantId}:${world.connectionId}`;
  const told = { workflowId: care, name: 'retryStep', message: { stepId: 'proveOwnership' } };
  expect(apiOf().runs.told).toMatchObject([told]);
  await exchange(admin);
  expect((await browser.get(`${page}${signInId}`)).text).toContain('Yes, read the projects of Acme Builders anew');
  expect((await browser.press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(303);
  expect(apiOf().runs.told).toMatchObject([told, told]);
});

test('every page names whom to ask and when, also one that knows no partner', async () => {
  for (const path of [link, '/connect/nothing', '/oauth/procore/callback', `${page}${randomUUID()}`]) {
    const { text } = await newBrowser().get(path);
    expect(text).toMatch(/HammerTech support:.*href="https:\/\/help.partner.example".*weekdays, 9 to 5/s);
  }
});

test('with another account the person may sign in again by the same session and the same link', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await exchange(admin);
  expect((await browser.press(`${page}${signInId}/abandon`)).status).toBe(303);
  expect((await row()).state).toBe('refused');
  expect((await browser.get(`${page}${signInId}`)).text).toContain('use another account');
  await callback(browser, await start(browser, `${page}${signInId}/start`));
  expect((await row()).state).toBe('returned');
  await callback(newBrowser(), await start(newBrowser()));
  expect((await newBrowser().get(link)).status).toBe(200);
});

test('a refusal at Procore is told, and nothing is connected', async () => {
  const browser = newBrowser();
  const state = await start(browser);
  expect((await browser.get(`/oauth/procore/callback?error=access_denied&state=${state}`)).status).toBe(303);
  expect((await browser.get(`${page}${signInId}`)).text).toContain('Procore says that the sign-in was not allowed.');
  expect((await row()).state).toBe('refused');
});

test('what the page named is what is agreed to: another company needs another yes', async () => {
  const browser = newBrowser();
  await callback(browser, await start(browser));
  await exchange(admin);
  expect((await browser.press(`${page}${signInId}/confirm`, 'companyId=1')).status).toBe(409);
  expect((await browser.press(`${page}${signInId}/confirm`)).status).toBe(409);
  const swap = { clientId: 'c', clientSecret: 'long-enough', companyId: '1' };
  await apiOf().call('post', `/v1/connections/${world.connectionId}/credentials`, { key: world.key, body: swap });
  expect((await browser.press(`${page}${signInId}/confirm`, confirmForm)).status).toBe(409);
  expect((await row()).state).toBe('refused');
});

test('links that are made up, expired, or from before a restore are dead', async () => {
  expect((await newBrowser().get('/connect/nothing')).status).toBe(404);
  expect((await newBrowser().get(`/connect/${'A'.repeat(43)}`)).text).toContain('does not work any more');
  for (const change of [
    "expires_at = clock_timestamp() - interval '1 second'",
    "expires_at = clock_timestamp() + interval '1 day', restore_epoch = 'before'",
  ]) {
    await apiOf().store.admin.query(`UPDATE sign_in SET ${change} WHERE sign_in_id = $1`, [signInId]);
    expect((await newBrowser().get(link)).status).toBe(404);
    expect((await newBrowser().press(`${link}/start`)).status).toBe(404);
  }
});

test('names are shown as text, whatever is in them; pages carry no script and may load ours alone', async () => {
  await apiOf().store.admin.query(`UPDATE tenant SET name = '<script>alert("1")</script>' WHERE tenant_id = $1`, [
    world.tenantId,
  ]);
  const shown = await newBrowser().get(link);
  expect(shown.text).toContain('&lt;script>');
  expect(shown.text.match(/<script.*?<\/script>/gs)).toEqual(['<script src="/assets/live.js" defer></script>']);
  expect(shown.headers.get('content-security-policy')).toBe(
    `default-src 'none';style-src 'self';script-src 'self';connect-src 'self';img-src 'self' data:;form-action 'self' ${testLoginUrl};frame-ancestors 'none';base-uri 'none'`,
  );
  expect(shown.headers.get('cache-control')).toBe('no-store');
  expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
  expect(shown.text).toMatch(/<html lang="en">.*<title>[^<]+<\/title>.*<h1>/s);
  for (const [file, type] of [
    ['pico.css', 'text/css'],
    ['groundwork.css', 'text/css'],
    ['live.js', 'text/javascript'],
  ]) {
    const asset = await newBrowser().get(`/assets/${file}`);
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  }
});

test('a page asked for by 127.0.0.1 is sent to the origin where the cookies are', async () => {
  const answer = await apiOf().call('get', `${link}?a=1`, { headers: { accept: 'text/html' } });
  expect([answer.status, answer.headers.get('location')]).toEqual([307, `${apiOf().url}${link}?a=1`]);
});

test('without a named company there is nothing to press yet', async () => {
  await apiOf().store.admin.query('UPDATE connection SET claimed_company_id = NULL WHERE connection_id = $1', [
    world.connectionId,
  ]);
  const shown = await newBrowser().get(link);
  expect(shown.text).toContain('There is nothing to do yet');
  expect(shown.text).not.toContain('<form');
  expect((await newBrowser().press(`${link}/start`)).status).toBe(409);
});
