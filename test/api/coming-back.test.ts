import { beforeEach, expect, test } from '@jest/globals';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { comingBy } from '../support/coming-by.ts';
import { contractor } from '../support/contracting-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
let world: World;
let by: ReturnType<typeof comingBy>;
let link: string;

const cleo = { id: contractor.procoreUserId, name: 'Cleo', login: 'cleo@beta.example' };
const eve = { id: '4711', name: 'Eve', login: 'eve@other.example' };
const stateOf = async (signInId: string) =>
  (await withTenant(apiOf().store.pool, world.tenantId, (db) => findSignIn(db, signInId)))?.state;

beforeEach(async () => {
  world = await newWorld(apiOf());
  by = comingBy(apiOf(), world);
  await by.invite(cleo.login);
  link = await by.link();
});

const sayYes = (browser: PageBrowser, signInId: string) => browser.press(`/sign-ins/${signInId}/confirm`);

/** Cleo, whose authorization the connection has, came by the link and said that the account is theirs. */
async function untilYes(): Promise<string> {
  const browser = new PageBrowser(apiOf());
  const signInId = await by.come(browser, cleo, true);
  expect((await sayYes(browser, signInId)).status).toBe(303);
  return signInId;
}

test('whoever has said that the account is theirs comes back by the same link, in any browser, to a sign-in of its own', async () => {
  const first = await untilYes();
  expect((await by.row()).state).toBe('opened');
  const elsewhere = new PageBrowser(apiOf());
  const page = await elsewhere.get(link);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('c•••@beta.example has signed in')]);
  const second = await by.come(elsewhere, cleo, true);
  expect(second).not.toBe(first);
  expect((await elsewhere.get(`/sign-ins/${second}`)).text).not.toContain('take their place');
  expect((await sayYes(elsewhere, second)).status).toBe(303);
  // the browser before goes on as well
  expect(await stateOf(first)).toBe('confirmed');
});

test('another person is told who signed in before, and that their yes takes that person’s place and asks whoever invited', async () => {
  await untilYes();
  const forwarded = new PageBrowser(apiOf());
  const signInId = await by.come(forwarded, eve, false);
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
  expect(await stateOf(signInId)).toBe('confirmed');
  const person = new PageBrowser(apiOf());
  expect((await sayYes(person, await by.come(person, cleo, true))).status).toBe(303);
});

test.each([
  ['withdrawn', () => by.act('withdraw')],
  ['sent again', () => by.act('send-again')],
  ['expired', () => apiOf().store.admin.query('UPDATE invitation SET expires_at = now() WHERE tenant_id = $1', [world.tenantId])],
])('%s, the link lets nobody back in', async (_what, end) => {
  await untilYes();
  await end();
  expect((await new PageBrowser(apiOf()).get(link)).status).toBe(404);
  expect((await new PageBrowser(apiOf()).press(`${link}/continue`)).status).toBe(404);
});

test('sent again after the yes, the new link lets them in', async () => {
  await untilYes();
  await by.act('send-again');
  expect(await by.link()).not.toBe(link);
  const browser = new PageBrowser(apiOf());
  expect((await sayYes(browser, await by.come(browser, cleo, true))).status).toBe(303);
});
