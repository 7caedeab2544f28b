import { beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../api/routes/list.ts';
import { useTestApi } from '../support/api.ts';
import { newWorld, sampleOf, type World } from '../support/api-world.ts';

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

const namesSomething = routes.filter((route) => route.path.includes('{') || route.id === 'listDeliveries');
const lists = routes.filter((route) => route.method === 'get' && !route.path.includes('{') && route.id !== 'listDeliveries');
const inOrder = [...routes].sort((one, two) => Number(one.id === 'stopConnection') - Number(two.id === 'stopConnection'));

describe.each(inOrder.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))('%s', (_name, route) => {
  test('the owner’s request succeeds, and its answer is as documented', async () => {
    const { path, body } = sampleOf(route, owner);
    const answer = await apiOf().call(route.method, path, { key: owner.key, body });
    expect(answer.status).toBeLessThan(300);
    expect(route.answers[answer.status]?.schema.safeParse(answer.body).error).toBeUndefined();
  });

  test('without a key, or with one that is none, it is refused before anything else', async () => {
    const { path, body } = sampleOf(route, owner);
    expect((await apiOf().call(route.method, path, { body })).body).toMatchObject({ status: 401, code: 'key-missing' });
    const unknown = await apiOf().call(route.method, path, { key: `gw_admin_${'A'.repeat(43)}`, body });
    expect(unknown.body).toMatchObject({ status: 401, code: 'key-rejected' });
  });

  test('a key of a lower scope is refused', async () => {
    const { path, body } = sampleOf(route, owner);
    const weaker = { read: [], operate: [readKey], admin: [readKey, operateKey] }[route.scope];
    for (const key of weaker) {
      expect((await apiOf().call(route.method, path, { key, body })).body).toMatchObject({ status: 403, code: 'scope-too-low' });
    }
  });
});

test.each(namesSomething.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
  'another tenant’s %s answers exactly as if nothing were there',
  async (_name, route) => {
    const { path, body } = sampleOf(route, owner);
    const foreign = await apiOf().call(route.method, path, { key: other.key, body });
    expect(foreign.body).toMatchObject({ status: 404, code: 'not-found' });
    const nowhere = { ...owner, connectionId: other.tenantId, projectLinkId: other.tenantId, attentionItemId: other.tenantId };
    const missing = sampleOf(route, nowhere);
    const absent = await apiOf().call(route.method, missing.path, { key: other.key, body: missing.body });
    expect({ ...(foreign.body as object), requestId: '' }).toEqual({ ...(absent.body as object), requestId: '' });
  },
);

test.each(lists.map((route) => [route.path, route] as const))('%s shows each tenant its own rows only', async (_path, route) => {
  const ours = await apiOf().call('get', route.path, { key: owner.key });
  const theirs = await apiOf().call('get', route.path, { key: other.key });
  expect(ours.text).toContain(owner.connectionId);
  expect(theirs.text).toContain(other.connectionId);
  expect(ours.text).not.toContain(other.connectionId);
  expect(theirs.text).not.toContain(owner.connectionId);
});

test('nothing of the owner’s was changed by the other tenant’s requests', async () => {
  const rows = await apiOf().store.admin.query('SELECT actor_id FROM command WHERE tenant_id = $1', [owner.tenantId]);
  const actors = new Set(rows.rows.map((row: { actor_id: string }) => row.actor_id));
  expect(actors.size).toBe(1);
  const strays = await apiOf().store.admin.query('SELECT 1 FROM command WHERE tenant_id = $1', [other.tenantId]);
  expect(strays.rows).toEqual([]);
});
