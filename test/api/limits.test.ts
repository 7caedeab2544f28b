import { expect, test } from '@jest/globals';
import { useTestApi } from '../support/api.ts';

const apiOf = useTestApi({ maxPerKey: 3, maxPerAddress: 20 });

test('a key that asks too often is told how long to wait, and other keys are served on', async () => {
  const tenantId = await apiOf().store.newTenant();
  const [busy, calm] = [await apiOf().newKey(tenantId, 'read'), await apiOf().newKey(tenantId, 'read')];
  for (let asked = 0; asked < 3; asked += 1) {
    const answer = await apiOf().call('get', '/v1/connections', { key: busy });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit-policy')).toContain('q=3');
  }
  const refused = await apiOf().call('get', '/v1/connections', { key: busy });
  expect(refused.body).toMatchObject({ status: 429, code: 'too-many-requests' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await apiOf().call('get', '/v1/connections', { key: calm })).status).toBe(200);
});

test('an address that asks too often is refused before anything of the request is looked at', async () => {
  const statuses: number[] = [];
  for (let asked = 0; asked < 25; asked += 1) statuses.push((await apiOf().call('get', '/v1/connections')).status);
  expect(statuses[0]).toBe(401);
  expect(statuses.at(-1)).toBe(429);
});
