import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../api/routes/list.ts';
import { useTestApi } from '../support/api.ts';
import { operations } from '../support/api-document.ts';
import { sampleOf } from '../support/api-samples.ts';
import { newWorld, type World } from '../support/api-world.ts';
import { breachesBy } from '../support/foreign-request.ts';

const apiOf = useTestApi();
let owner: World;
let other: World;
let readKey: string;
let operateKey: string;

beforeAll(async () => {
  owner = await newWorld(apiOf());
  other = await newWorld(apiOf());
  readKey = await apiOf().newKey(owner.tenantId, 'read');
  operateKey = await apiOf().newKey(owner.tenantId, 'operate');
});

const everyOperation = operations.map((operation) => [operation.name, operation] as const);

describe.each(everyOperation)('%s', (_name, operation) => {
  const route = routes.find(({ id }) => id === operation.id);

  test('without a key, or with one that is none, it is refused before anything else', async () => {
    const { path, body } = sampleOf(operation, owner);
    expect((await apiOf().call(operation.method, path, { body })).body).toMatchObject({ status: 401, code: 'key-missing' });
    const unknown = await apiOf().call(operation.method, path, { key: `gw_admin_${'A'.repeat(43)}`, body });
    expect(unknown.body).toMatchObject({ status: 401, code: 'key-rejected' });
  });

  test('a key of a lower scope is refused', async () => {
    const { path, body } = sampleOf(operation, owner);
    const weaker = { read: [], operate: [readKey], admin: [readKey, operateKey] }[route?.scope ?? 'admin'];
    for (const key of weaker) {
      expect((await apiOf().call(operation.method, path, { key, body })).body).toMatchObject({
        status: 403,
        code: 'scope-too-low',
      });
    }
  });

  test('another tenant sees and leaves nothing of it; the owner’s same request succeeds, and is answered as documented', async () => {
    const world = await newWorld(apiOf());
    const tenants = { owner: world, otherKey: other.key };
    const once = operation.method === 'post' ? { 'idempotency-key': randomUUID() } : {};
    expect(await breachesBy(apiOf(), operation, tenants)).toEqual([]);

    const { path, body } = sampleOf(operation, world);
    const answer = await apiOf().call(operation.method, path, { key: world.key, body, headers: once });
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(300);
    expect(route?.answers[answer.status]?.schema.safeParse(answer.body)).toMatchObject({ success: true });

    // under the owner's own Idempotency-Key, which now has an answer
    expect(await breachesBy(apiOf(), operation, tenants, once)).toEqual([]);
  });
});

const lists = everyOperation.filter(([, { method, path }]) => method === 'get' && !path.includes('{'));

test.each(lists.filter(([, { id }]) => id !== 'listDeliveries'))(
  '%s shows each tenant its own rows only',
  async (_name, { path }) => {
    const ours = await apiOf().call('get', path, { key: owner.key });
    const theirs = await apiOf().call('get', path, { key: other.key });
    expect(ours.text).toContain(owner.connectionId);
    expect(theirs.text).toContain(other.connectionId);
    expect(ours.text).not.toContain(other.connectionId);
    expect(theirs.text).not.toContain(owner.connectionId);
  },
);

test('what other tenants asked for in vain is in nobody’s audit log', async () => {
  const others = await apiOf().store.admin.query<{ action: string }>(
    "SELECT DISTINCT action FROM audit_entry WHERE tenant_id = $1 AND action NOT IN ('tenant.create', 'api-key.create')",
    [other.tenantId],
  );
  expect(others.rows).toEqual([{ action: 'onboarding.create' }]);
});
