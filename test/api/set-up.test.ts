import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { ServiceKind } from '../../shared/domain/credentials.ts';
import { storeSyncUser } from '../../shared/store/connections/connections.ts';
import { submitCredential } from '../../shared/store/connections/credentials.ts';
import { claimSetUp, listSetUp, settleTask } from '../../shared/store/connections/set-ups.ts';
import { claimCode, storeIdentity, storeToken } from '../../shared/store/grants/sign-in-tokens.ts';
import { findSignIn, storeSeen } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { companyId, newWorld, type World } from '../support/api-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let signInId: string;
let browser: PageBrowser;

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]): Promise<Result> =>
  withTenant(apiOf().store.pool, world.tenantId, work);

/** An admin has signed in, in this browser, and is asked. */
beforeEach(async () => {
  world = await newWorld(apiOf());
  const made = await apiOf().call('post', `/v1/connections/${world.connectionId}/sign-ins`, { key: world.key, body: {} });
  const body = made.body as { url: string; signInId: string };
  signInId = body.signInId;
  browser = new PageBrowser(apiOf());
  const asked = await browser.press(`${new URL(body.url).pathname}/start`);
  const state = new URL(asked.headers.get('location') ?? '').searchParams.get('state') ?? '';
  await browser.get(`/oauth/procore/callback?${new URLSearchParams({ code: 'the-code', state })}`);
  await inTenant(async (db) => {
    const sealed = Buffer.from('sealed');
    await claimCode(db, signInId, 1000);
    await storeToken(db, { signInId, sealedToken: sealed, pendingMs: 900_000 });
    await storeIdentity(db, { signInId, sealed }, { id: '4711', name: 'Ada Admin', login: 'ada@acme.example' });
    await storeSeen(db, signInId, '4711', { companyId, companyName: 'Acme Builders', directoryLevel: 'Admin', admin: true });
  });
});

async function submit(kind: ServiceKind): Promise<void> {
  await inTenant(async (db) => {
    await submitCredential(db, {
      tenantId: world.tenantId,
      credentialId: randomUUID(),
      connectionId: world.connectionId,
      purpose: 'procore-service',
      kind,
      shown: { clientId: 'client-1' },
      lastFour: 'abcd',
      sealed: Buffer.from('sealed'),
      submittedBy: 'test',
    });
    await storeSyncUser(db, world.connectionId, { id: '99', name: 'HammerTech Sync Acme' });
  });
}

const page = () => browser.get(`/sign-ins/${signInId}`);
const confirm = (ticks: readonly string[]) =>
  browser.press(
    `/sign-ins/${signInId}/confirm`,
    new URLSearchParams([['companyId', companyId], ...ticks.map((tick) => ['setUp', tick])]).toString(),
  );
const tasks = () => inTenant((db) => listSetUp(db, world.connectionId));
const setUp = async () => {
  const answer = await apiOf().call('get', `/v1/connections/${world.connectionId}/set-up`, { key: world.key });
  return (answer.body as { items: { task: string; state: string; title: string; askedBy: string | null }[] }).items;
};

test('the page lists what would be created and changed, each with a tick box; exactly what is ticked is asked for, in the person’s name', async () => {
  await submit('legacy');
  const { text } = await page();
  expect(text).toContain('Create the company permissions template “HammerTech Sync Company Permissions”');
  expect(text).toContain('applicable to all projects: Directory Standard, Daily Log Admin');
  expect(text.match(/type="checkbox"/g)).toHaveLength(6);
  expect(await setUp()).toMatchObject(Array.from({ length: 6 }, () => ({ state: 'offered', askedBy: null })));

  expect((await confirm(['project-template', 'new-projects'])).status).toBe(303);
  expect(await tasks()).toMatchObject([
    { task: 'project-template', state: 'asked', signInId, askedBy: 'procore:4711' },
    { task: 'new-projects', state: 'asked' },
  ]);
  expect((await setUp()).filter(({ state }) => state === 'asked').map(({ task }) => task)).toEqual([
    'project-template',
    'new-projects',
  ]);
  const { tokenExpiresAt } = (await inTenant((db) => findSignIn(db, signInId))) ?? {};
  expect(tokenExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 50 * 60_000);
});

test('a plain yes asks for nothing, and the sign-in is kept no longer than before', async () => {
  await submit('legacy');
  await confirm([]);
  expect(await tasks()).toEqual([]);
  const { tokenExpiresAt } = (await inTenant((db) => findSignIn(db, signInId))) ?? {};
  expect(tokenExpiresAt?.getTime()).toBeLessThan(Date.now() + 16 * 60_000);
});

test('the page shows what became of each task, with the line to follow by hand for what was refused', async () => {
  await submit('legacy');
  await confirm(['company-template', 'user-templates']);
  expect((await page()).text).toContain('http-equiv="refresh"');
  const claim = { connectionId: world.connectionId, attemptId: randomUUID() };
  await inTenant(async (db) => {
    await claimSetUp(db, claim, 60_000);
    await settleTask(db, claim, 'company-template', { state: 'done', words: { seen: 'It was created.' } });
    const words = {
      seen: 'Procore did not let us.',
      needed: 'The sync user has the templates.',
      where: 'Company Tools → Directory',
    };
    await settleTask(db, claim, 'user-templates', { state: 'refused', words });
  });
  const { text } = await page();
  expect(text).not.toContain('http-equiv="refresh"');
  expect(text).toMatch(/Done:<\/strong> Create the company permissions template/);
  expect(text).toMatch(
    /Not done:<\/strong> Give these templates.*By hand: The sync user has the templates\. Company Tools → Directory/,
  );
});

test('what is offered fits the kind of credential; a task that is not offered cannot be asked for', async () => {
  await submit('dmsa');
  const { text } = await page();
  expect(text.match(/type="checkbox"/g)).toHaveLength(3);
  expect(text).not.toContain('company permissions template');
  await confirm(['company-template', 'new-projects']);
  expect((await tasks()).map(({ task }) => task)).toEqual(['new-projects']);
});

test('nothing is offered before a credential is proven, and an unknown tick is refused without any yes', async () => {
  expect((await page()).text).not.toContain('type="checkbox"');
  await submit('legacy');
  expect((await confirm(['everything'])).status).toBe(400);
  expect((await inTenant((db) => findSignIn(db, signInId)))?.state).toBe('exchanged');
});
