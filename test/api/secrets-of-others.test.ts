import { expect, test } from '@jest/globals';
import { useTestApi } from '../support/api.ts';
import { newWorld, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
const password = 'Harbour-Tower-77';

const skip = ({ connectionId, key }: World, reason: string) =>
  apiOf().call('post', `/v1/connections/${connectionId}/steps/matchRecords/skip`, { key, body: { reason } });

async function written({ tenantId }: World): Promise<string> {
  const { admin } = apiOf().store;
  const rows = await Promise.all(
    ['command', 'audit_entry'].map((table) => admin.query(`SELECT * FROM ${table} WHERE tenant_id = $1`, [tenantId])),
  );
  return JSON.stringify(rows.map((answer) => answer.rows));
}

test('a reason that holds a secret of one’s own is refused before it is written down; to anybody else it is a text like any other', async () => {
  const [own, other] = [await newWorld(apiOf()), await newWorld(apiOf())];
  const body = { region: 'us', tenant: 'acme-safety', email: 'sync@acme.example', password };
  await apiOf().call('post', `/v1/connections/${own.connectionId}/partner-login`, { key: own.key, body });

  const reason = `agreed: ${password}`;
  expect(await skip(other, reason)).toMatchObject({ status: 200 });
  expect(await written(other)).toContain(reason);

  expect(await skip(own, 'agreed: Harbour-Tower-78')).toMatchObject({ status: 200 });
  expect(await skip(own, reason)).toMatchObject({
    status: 409,
    body: { code: 'not-now', detail: 'Update skipStep: it carries a secret, and secrets never cross Temporal' },
  });
  expect(await written(own)).not.toContain(password);
  expect(await written(own)).toContain('agreed: Harbour-Tower-78');
});
