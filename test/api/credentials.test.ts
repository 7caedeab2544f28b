import { beforeEach, expect, test } from '@jest/globals';
import { refuseProposal } from '../../shared/store/connections/credentials.ts';
import { withTenant } from '../../shared/store/tenancy.ts';
import { useTestApi } from '../support/api.ts';
import { companyId, newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let world: World;

beforeEach(async () => {
  world = await newWorld(apiOf());
  apiOf().runs.told.length = 0;
  apiOf().runs.answers = () => ({ kind: 'answered', answer: { accepted: true, says: 'noted' } });
});

const path = () => `/v1/connections/${world.connectionId}/credentials`;
const submit = (clientId: string, clientSecret: string) =>
  apiOf().call('post', path(), { key: world.key, body: { clientId, clientSecret, companyId } });
const list = async () =>
  (await apiOf().call('get', path(), { key: world.key })).body as { items: readonly { credentialId: string }[] };

test('during onboarding the newest counts: it alone is listed, without its secret', async () => {
  await submit('client-1', 'the-first-secret-1a1a');
  await submit('client-2', 'the-second-secret-2b2b');
  expect(await list()).toMatchObject({
    items: [{ state: 'in-force', purpose: 'procore-service', shown: { clientId: 'client-2' }, endsIn: '2b2b', refusal: null }],
  });
  expect(JSON.stringify(await list())).not.toContain('secret');
});

test('on a live connection a new one is proposed beside the one in force, told to care, and listed with the reason of its refusal', async () => {
  await submit('client-1', 'the-first-secret-1a1a');
  await apiOf().store.admin.query(`UPDATE connection SET stage = 'live' WHERE connection_id = $1`, [world.connectionId]);
  apiOf().runs.told.length = 0;
  const saved = await submit('client-2', 'the-second-secret-2b2b');
  expect(saved).toMatchObject({ status: 201, body: { delivered: true } });
  const { credentialId } = saved.body as { credentialId: string };
  expect(apiOf().runs.told).toMatchObject([
    { workflowId: `care:${world.tenantId}:${world.connectionId}`, name: 'submitCredentials', message: { credentialId } },
  ]);
  expect(await list()).toMatchObject({ items: [{ state: 'in-force' }, { credentialId, state: 'proposed', refusal: null }] });

  const refusal = { state: 'stuck', reason: 'credential-rejected', on: 'admin', seen: 's', needed: 'n', where: 'w' } as const;
  await withTenant(apiOf().store.pool, world.tenantId, (db) => refuseProposal(db, credentialId, refusal));
  const { state: _, ...why } = refusal;
  expect(await list()).toMatchObject({ items: [{ state: 'in-force' }, { credentialId, state: 'refused', refusal: why }] });
});
