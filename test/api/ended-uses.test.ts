import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { invitationLinks } from '../../shared/security/invitation-links.ts';
import { revealSecret } from '../../shared/security/secret.ts';
import { createConnection, moveConnection } from '../../shared/store/connections/connections.ts';
import { beginGrant } from '../../shared/store/grants/grant-pairs.ts';
import { askOnce } from '../../shared/store/people/asking.ts';
import { requestOf } from '../../shared/store/people/authorization-requests.ts';
import { memberSubject } from '../../shared/store/people/authorizations.ts';
import { noteAuthorized, storeTeam } from '../../shared/store/people/team.ts';
import { type Db, withTenant } from '../../shared/store/tenancy.ts';
import { testEpoch, testLinkKey, useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { PageBrowser } from '../support/page-browser.ts';
import { signInByPage } from '../support/page-sign-in.ts';

const apiOf = useTestApi();
const ria = { memberId: 'm-ria', name: 'Ria Solà', email: 'ria@north.example', emailKey: 'ria@north.example', returns: true };
const riaInProcore = { id: '101', name: 'Ria Solà', login: ria.email };
let world: World;
/** Two live connections on which Ria answers; the first is read as her, too. */
let live: readonly [string, string];

const inTenant = <Result>(work: (db: Db) => Promise<Result>) => withTenant(apiOf().store.pool, world.tenantId, work);
const call = (method: string, path: string, body?: object) => apiOf().call(method, path, { key: world.key, body });
const at = () => `/v1/connections/${live[0]}/responders/${ria.memberId}`;
const rows = async () => {
  const { rows: found } = await apiOf().store.admin.query<{ connection: string; step: string }>(
    `SELECT connection_id AS connection, input->>'stepId' AS step FROM command
     WHERE tenant_id = $1 AND kind = 'retryStep' AND applied_at IS NULL ORDER BY sequence`,
    [world.tenantId],
  );
  return found;
};
const told = () => apiOf().runs.told.filter(({ workflowId }) => workflowId.startsWith(`care:${world.tenantId}`));
const looksAtAnswers = () => [...live.map((connection) => expect.objectContaining({ connection, step: 'authorizeResponders' }))];
async function expectLooks(): Promise<void> {
  expect(await rows()).toEqual(expect.arrayContaining(looksAtAnswers()));
  for (const connectionId of live)
    expect(told()).toContainEqual(
      expect.objectContaining({
        workflowId: `care:${world.tenantId}:${connectionId}`,
        name: 'retryStep',
        message: { stepId: 'authorizeResponders' },
      }),
    );
}

beforeEach(async () => {
  world = await newWorld(apiOf());
  const { tenantId } = world;
  live = [world.peopleConnectionId, randomUUID()];
  const grantId = randomUUID();
  const moments = { issuedAt: new Date(), expiresAt: new Date(Date.now() + 600_000) };
  await inTenant(async (db) => {
    await createConnection(db, { tenantId, connectionId: live[1], partner: 'part3', scope: 'project' });
    for (const connectionId of live) {
      await moveConnection(db, connectionId, 'live');
      await storeTeam(db, tenantId, connectionId, [ria]);
    }
    const of = { tenantId, procoreUserId: riaInProcore.id, procoreLogin: ria.email, procoreName: ria.name };
    await beginGrant(db, of, { grantId, sealedPair: Buffer.from('sealed'), signInId: randomUUID(), ...moments });
    await noteAuthorized(db, tenantId, ria.emailKey, grantId);
    await db.updateTable('connection').set({ owner_grant_id: grantId }).where('connection_id', '=', live[0]).execute();
  });
  apiOf().runs.told.length = 0;
});

test('whoever is waited for is looked at on each of their projects at once: their authorization is ended through the API', async () => {
  expect((await call('delete', `${at()}/authorization`)).status).toBe(200);
  await expectLooks();
});

test('… they are asked again, because it was another’s account', async () => {
  expect((await call('post', `${at()}/sign-ins`, { wrongAccount: true })).status).toBe(202);
  await expectLooks();
});

test('… they revoke it on their account page; where the project was read with it, the owner’s step is looked at as well', async () => {
  const links = invitationLinks(testLinkKey);
  await inTenant((db) =>
    askOnce(db, { links, restoreEpoch: testEpoch }, { tenantId: world.tenantId, emailKey: ria.emailKey }, 'asked'),
  );
  const asked = await inTenant((db) => requestOf(db, { subject: memberSubject(ria.emailKey), connectionId: null }));
  const account = asked && links.tokenWith(asked.requestId, 0, asked.accountHash);
  const browser = new PageBrowser(apiOf());
  const from = `/account/${account ? revealSecret(account) : ''}/continue`;
  const page = await signInByPage(apiOf(), world.tenantId, browser, from, riaInProcore);
  expect((await browser.press(`${page}/revoke`)).status).toBe(303);
  await expectLooks();
  expect(await rows()).toContainEqual({ connection: live[0], step: 'authorizeContractor' });
  // a second press ends nothing, and asks for nothing
  const before = (await rows()).length;
  await browser.press(`${page}/revoke`);
  expect(await rows()).toHaveLength(before);
});
