import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { workflowIds } from '../../shared/domain/ids.ts';
import { places } from '../../shared/security/places.ts';
import { bindProject } from '../../shared/store/connections/companies.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { showAcceptance } from '../../shared/store/people/acceptances.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { comingBy } from '../support/coming-by.ts';
import { contractor, offer } from '../support/contracting-world.ts';
import { PageBrowser } from '../support/page-browser.ts';

const apiOf = useTestApi();
const ada = { id: '562949953425777', name: 'Ada Marsh', login: 'ada@beta.example' };
let world: World;

const address = (path: string) => `/v1/connections/${world.peopleConnectionId}/${path}`;
const contractorNow = async () => (await apiOf().call('get', address('contractor'), { key: world.key })).body;
const accept = (body: unknown) => apiOf().call('post', address('contractor/acceptance'), { key: world.key, body });
const sql = (text: string, ...values: unknown[]) => apiOf().store.admin.query(text, values);
const decisions = async () =>
  (await sql("SELECT kind, input FROM command WHERE connection_id = $1 AND kind LIKE 'accept-%'", world.peopleConnectionId)).rows;

async function keptAddress(personId: string): Promise<string> {
  const { rows } = await sql(
    'SELECT sealed_address FROM owner_address WHERE connection_id = $1 AND procore_user_id = $2',
    world.peopleConnectionId,
    personId,
  );
  return apiOf().openSealed(places.ownerAddress(world.tenantId, world.peopleConnectionId, personId), rows[0].sealed_address);
}

/** Ada has signed in in the place of the owner, as the worker keeps it. */
async function waits(): Promise<void> {
  await withTenant(apiOf().store.pool, world.tenantId, async (db) => {
    const now = new Date();
    const grantId = randomUUID();
    const person = { tenantId: world.tenantId, procoreUserId: ada.id, procoreLogin: ada.login, procoreName: ada.name };
    const pair = { grantId, sealedPair: Buffer.from('sealed'), issuedAt: now, expiresAt: now, signInId: randomUUID() };
    await beginGrant(db, person, pair);
    await db
      .updateTable('connection')
      .set({ proposed_owner_grant_id: grantId })
      .where('connection_id', '=', world.peopleConnectionId)
      .execute();
    await showAcceptance(db, world.peopleConnectionId);
  });
}

beforeEach(async () => {
  world = await newWorld(apiOf());
  apiOf().runs.told.length = 0;
  apiOf().runs.answers = () => ({ kind: 'answered', answer: { state: 'pending', says: 'as the run says' } });
  await withTenant(apiOf().store.pool, world.tenantId, (db) =>
    bindProject(db, {
      connectionId: world.peopleConnectionId,
      ...offer,
      owner: { id: contractor.procoreUserId, name: 'Cleo' },
      boundBy: 'test',
    }),
  );
  await sql("UPDATE person_grant SET state = 'lapsed' WHERE tenant_id = $1", world.tenantId);
});

test('who waits to take the owner’s place is shown, with what is sent to accept them; their address in part', async () => {
  expect(await contractorNow()).toMatchObject({ proposedOwner: null, needsAcceptance: false, acceptanceOf: null });
  await waits();
  expect(await contractorNow()).toMatchObject({
    signedIn: { procoreUserId: contractor.procoreUserId, state: 'lapsed' },
    proposedOwner: { procoreUserId: ada.id, name: 'Ada Marsh', login: 'a•••@beta.example' },
    needsAcceptance: true,
    acceptanceOf: { companyId: contractor.companyId, procoreUserId: ada.id },
  });
});

test('the wait is an item of the connection for whoever invited, gone once the owner reads again', async () => {
  await waits();
  const items = async () =>
    Object((await apiOf().call('get', '/v1/attention-items?state=open', { key: world.key })).body).items ?? [];
  const shown = expect.objectContaining({ reason: 'acceptance-missing', owner: 'admin' });
  expect(await items()).toContainEqual(shown);
  await sql("UPDATE person_grant SET state = 'live' WHERE procore_user_id = $1", contractor.procoreUserId);
  await withTenant(apiOf().store.pool, world.tenantId, (db) => showAcceptance(db, world.peopleConnectionId));
  expect(await items()).not.toContainEqual(shown);
});

test('accepting them is a decision about the owner, and the step that waits is looked at', async () => {
  await waits();
  const body = { companyId: contractor.companyId, procoreUserId: ada.id };
  expect((await accept(body)).status).toBe(200);
  expect(await decisions()).toEqual([{ kind: 'accept-owner', input: body }]);
  expect(apiOf().runs.told).toMatchObject([
    {
      workflowId: workflowIds.onboarding(world.tenantId, world.peopleConnectionId),
      name: 'retryStep',
      message: { stepId: 'authorizeContractor' },
    },
  ]);
});

test('the address that comes with an acceptance is kept sealed, for that person, and in no row of decisions', async () => {
  await waits();
  const body = { companyId: contractor.companyId, procoreUserId: ada.id };
  expect((await accept({ ...body, email: 'Ada.Marsh@desk.example' })).status).toBe(200);
  expect(await decisions()).toEqual([{ kind: 'accept-owner', input: body }]);
  expect(await keptAddress(ada.id)).toBe('Ada.Marsh@desk.example');
  expect((await accept({ ...body, email: 'nowhere' })).body).toMatchObject({
    code: 'invalid-input',
    errors: [{ field: 'email' }],
  });
});

test('of the owner themselves the acceptance is taken with an address alone, which it gives them', async () => {
  const owner = { companyId: contractor.companyId, procoreUserId: contractor.procoreUserId };
  expect((await accept(owner)).status).toBe(409);
  const answer = await accept({ ...owner, email: 'cleo@desk.example' });
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { says: expect.stringContaining('Mails go to that person at the address that was sent.') },
  ]);
  expect(await keptAddress(contractor.procoreUserId)).toBe('cleo@desk.example');
});

test('the address of somebody who waits takes none from the owner, and a newer one of the owner takes the place of theirs', async () => {
  const owner = { companyId: contractor.companyId, procoreUserId: contractor.procoreUserId };
  await accept({ ...owner, email: 'cleo@desk.example' });
  await waits();
  await accept({ companyId: contractor.companyId, procoreUserId: ada.id, email: 'ada@desk.example' });
  expect([await keptAddress(contractor.procoreUserId), await keptAddress(ada.id)]).toEqual([
    'cleo@desk.example',
    'ada@desk.example',
  ]);
  await accept({ ...owner, email: 'cleo@site.example' });
  expect([await keptAddress(contractor.procoreUserId), await keptAddress(ada.id)]).toEqual([
    'cleo@site.example',
    'ada@desk.example',
  ]);
});

test.each([
  ['the owner of before', { companyId: contractor.companyId, procoreUserId: contractor.procoreUserId }],
  ['somebody who does not wait', { companyId: contractor.companyId, procoreUserId: '7' }],
  ['the one who waits, in another company', { companyId: '7', procoreUserId: ada.id }],
])('%s is not accepted', async (_who, body) => {
  await waits();
  expect((await accept(body)).body).toMatchObject({ status: 409, code: 'not-now', detail: expect.stringContaining('by now') });
  expect(await decisions()).toEqual([]);
});

test('once the owner reads again nobody is accepted in their place', async () => {
  await waits();
  await sql("UPDATE person_grant SET state = 'live' WHERE procore_user_id = $1", contractor.procoreUserId);
  const answer = await accept({ companyId: contractor.companyId, procoreUserId: ada.id });
  expect(answer.body).toMatchObject({ status: 409, detail: expect.stringContaining('nobody waits') });
  expect(await decisions()).toEqual([]);
});

test('the waiting person is told before their yes, and after it, that whoever invited is asked first', async () => {
  const by = comingBy(apiOf(), world);
  await by.invite('cleo@beta.example');
  const browser = new PageBrowser(apiOf());
  const signInId = await by.come(browser, ada, false);
  const page = () => browser.get(`/sign-ins/${signInId}`).then(({ text }) => text);
  expect(await page()).toMatch(/With your yes [^.<]+ is asked whether it may be read with this account/);
  await browser.press(`/sign-ins/${signInId}/confirm`);
  await waits();
  const told = await page();
  expect(told).toMatch(/<h1>[^<]+ is asked first<\/h1>/);
  expect(told).toContain('until then nothing is');
  expect(told).not.toContain('Undo');
});
