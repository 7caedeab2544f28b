import { beforeAll, expect, test } from '@jest/globals';
import { routes } from '../../api/routes/list.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, sampleOf, type World } from '../support/api-world.ts';

const apiOf = useTestApi();
let owner: World;
let other: World;

beforeAll(async () => {
  owner = await newWorld(apiOf());
  other = await newWorld(apiOf());
  const policies = await apiOf().store.admin.query<{ table: string }>(
    "SELECT polrelid::regclass::text AS table FROM pg_policy WHERE polname = 'tenant_only'",
  );
  for (const { table } of policies.rows)
    await apiOf().store.admin.query(`ALTER POLICY tenant_only ON ${table} USING (true) WITH CHECK (true)`);
});

/** The negative control of the isolation tests: were the policies loosened, they would notice. */
const reads = routes.filter((route) => route.method === 'get' && route.path.includes('{'));

test.each(reads.map((route) => [route.path, route] as const))(
  'with loosened policies another tenant would read %s',
  async (_path, route) => {
    const { path } = sampleOf(route, owner);
    expect((await apiOf().call('get', path, { key: other.key })).status).toBe(200);
  },
);

test('with loosened policies a list would show another tenant’s rows', async () => {
  expect((await apiOf().call('get', '/v1/connections', { key: other.key })).text).toContain(owner.connectionId);
});
