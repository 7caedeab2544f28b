import { beforeEach, expect, test } from '@jest/globals';
import { revokeGrant } from '../../shared/store/grants/grant-pairs.ts';
import { findGrantOfPerson } from '../../shared/store/grants/grants.ts';
import { findSignIn } from '../../shared/store/grants/sign-ins.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { comingBy } from '../support/coming-by.ts';
import { contractor, newContracting } from '../support/contracting-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
const cleo = { id: contractor.procoreUserId, name: 'Cleo', login: 'cleo@beta.example' };
let world: World;
let other: string;
let browser: PageBrowser;

const inTenant = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(apiOf().store.pool, world.tenantId, work);
const revoke = () =>
  inTenant(async (db) => revokeGrant(db, (await findGrantOfPerson(db, contractor.procoreUserId))?.grantId ?? ''));
const stateOf = async (signInId: string) => (await inTenant((db) => findSignIn(db, signInId)))?.state;
const page = async (signInId: string) => (await browser.get(`/sign-ins/${signInId}`)).text;
const markIn = (text: string) => /name="also" value="([^"]*)"/.exec(text)?.[1];
const sayYes = (signInId: string, mark = '') =>
  browser.press(`/sign-ins/${signInId}/confirm`, `also=${encodeURIComponent(mark)}`);
const agreedTo = async () => {
  const sql = "SELECT subject FROM audit_entry WHERE tenant_id = $1 AND action = 'sign-in.confirm'";
  return (await apiOf().store.admin.query(sql, [world.tenantId])).rows.map(({ subject }) => subject);
};

/** Cleo comes to the one connection; the page asks whether that is them. */
async function cleoComes(): Promise<string> {
  const by = comingBy(apiOf(), world);
  await by.invite(cleo.login);
  return by.come(browser, cleo, true);
}

beforeEach(async () => {
  world = await newWorld(apiOf());
  browser = new PageBrowser(apiOf());
  await revoke();
  other = await newContracting(apiOf(), world.tenantId);
  await apiOf().store.admin.query("UPDATE connection SET bound_project_name = 'Quay Depot' WHERE connection_id = $1", [other]);
});

test('whoever took it back reads before their yes what else is read again with it, and the yes is kept for each', async () => {
  await revoke();
  const signInId = await cleoComes();
  const text = await page(signInId);
  expect(text).toContain('these are read again with it as well: <strong>Quay Depot</strong>');
  expect((await sayYes(signInId, markIn(text))).status).toBe(303);
  expect(await stateOf(signInId)).toBe('confirmed');
  expect(await agreedTo()).toEqual([`sign-in:${signInId}`, `connection:${other}`]);
});

test('a yes to a page that named less counts for nothing: it is shown anew, with all of it', async () => {
  const signInId = await cleoComes();
  const before = await page(signInId);
  expect(before).not.toContain('Quay Depot');
  await revoke();
  expect((await sayYes(signInId, markIn(before))).status).toBe(303);
  expect(await stateOf(signInId)).toBe('exchanged');
  expect(await agreedTo()).toEqual([]);
  expect(await page(signInId)).toContain('Quay Depot');
});

test('nothing is named to another person, nor where what they connected has ended', async () => {
  await revoke();
  const by = comingBy(apiOf(), world);
  await by.invite('eve@other.example');
  const eve = await by.come(browser, { id: '4711', name: 'Eve', login: 'eve@other.example' }, true);
  expect(await page(eve)).not.toContain('Quay Depot');
  await apiOf().store.admin.query("UPDATE connection SET stage = 'disconnected' WHERE connection_id = $1", [other]);
  expect(await page(await cleoComes())).not.toContain('Quay Depot');
});
