import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addProject } from '../../sandbox/kernel/places.ts';
import { type Ground, openGround, type Reply, type SmallWorld, serviceAccount, smallWorld } from './procore-ground.ts';

let small: SmallWorld;
let ground: Ground;
let token: string;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.parse('2026-03-09T22:41:05.500Z');
  small = smallWorld(() => nowMs);
  ground = await openGround(small);
  token = await ground.serviceToken(serviceAccount(small));
});
afterEach(() => ground.close());

const me = () => ground.call('GET', '/rest/v1.0/me', { token });
const rate = ({ headers }: Reply) => ['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-rate-limit-${name}`)));

test('every answer carries the tighter of the two windows', async () => {
  expect(rate(await me())).toEqual([100, 99, Math.ceil((nowMs + 10_000) / 1000)]);
  small.world.rates.reset();
  for (let call = 0; call < 36; call += 1) {
    for (let burst = 0; burst < 99; burst += 1) small.world.rates.count(`${clientId()}:${small.company.id}`, 'default', nowMs);
    nowMs += 10_000;
  }
  const answer = await me();
  expect(rate(answer).slice(0, 2)).toEqual([3600, 3600 - 36 * 99 - 1]);
});

const clientId = (): string => small.world.apps.find(({ kind }) => kind === 'legacy')?.clientId ?? '';

test('past the spike limit the answer is 429 with the text about an hour, until the window starts anew', async () => {
  small.world.switches.set('rateProfile', 'low');
  for (let call = 0; call < 25; call += 1) expect((await me()).status).toBe(200);
  const refused = await me();
  expect([refused.status, rate(refused).slice(0, 2)]).toEqual([429, [25, 0]]);
  expect(refused.text).toContain('for an hour');
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(small.world.ledger.after(0).at(-1)).toMatchObject({ status: 429, companyId: small.company.id });
  nowMs += 10_000;
  expect((await me()).status).toBe(200);
});

test('refused calls count too', async () => {
  small.world.switches.set('rateProfile', 'low');
  for (let call = 0; call < 25; call += 1) expect((await ground.call('GET', '/rest/v1.0/teapots', { token })).status).toBe(404);
  expect((await me()).status).toBe(429);
});

test('by switch 429 carries Retry-After', async () => {
  small.world.switches.set('retryAfterOn429', true);
  small.world.faults.add({ match: {}, effect: { kind: 'rate-limit', window: 'hour' } });
  const refused = await me();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3601']);
});

test('each company has a budget of its own', async () => {
  small.world.switches.set('rateProfile', 'low');
  for (let call = 0; call < 26; call += 1) await me();
  const admin = await ground.personToken('cleo@borealis.example');
  expect((await ground.call('GET', '/rest/v1.0/me', { token: admin })).status).toBe(200);
});

test('lists are paged with the documented headers and links', async () => {
  for (let number = 1; number <= 6; number += 1) addProject(small.world, { companyId: small.company.id, name: `P${number}` });
  const admin = await ground.personToken('cleo@borealis.example');
  const page = (number: number | string) =>
    ground.call('GET', `/rest/v1.1/projects?company_id=${small.company.id}&filters[by_status]=All&per_page=2&page=${number}`, {
      token: admin,
    });
  const rels = async (number: number) =>
    [...((await page(number)).headers.get('link') ?? '').matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel);
  const first = await page(1);
  expect([first.headers.get('total'), first.headers.get('per-page')]).toEqual(['7', '2']);
  expect([await rels(1), await rels(2), await rels(3), await rels(4)]).toEqual([
    ['next', 'last'],
    ['first', 'next', 'last'],
    ['first', 'prev', 'next', 'last'],
    ['first', 'prev'],
  ]);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(next.startsWith(`${ground.api}/rest/v1.1/projects?`)).toBe(true);
  expect(new URL(next).searchParams.get('filters[by_status]')).toBe('All');
  const past = await page(9);
  expect([past.status, past.json]).toEqual([200, []]);
  expect(
    (await ground.call('GET', `/rest/v1.1/projects?company_id=${small.company.id}&per_page=5000`, { token: admin })).headers.get(
      'per-page',
    ),
  ).toBe('300');
});

test('timestamps are whole seconds in UTC, and a range filter takes both its ends', async () => {
  const admin = await ground.personToken('cleo@borealis.example');
  const updatedIn = async (range: string) =>
    (
      await ground.call('GET', `/rest/v1.1/projects?company_id=${small.company.id}&filters[updated_at]=${range}`, {
        token: admin,
      })
    ).each('updated_at');
  expect(await updatedIn('2026-03-09T22:41:05Z...2026-03-09T22:41:05Z')).toEqual(['2026-03-09T22:41:05Z']);
  expect(await updatedIn('2026-03-09...2026-03-09')).toHaveLength(1);
  expect(await updatedIn('2026-03-10...2026-03-11')).toEqual([]);
});

test('an unknown filter is ignored without a word', async () => {
  const answer = await ground.call('GET', `/rest/v1.1/projects?company_id=${small.company.id}&filters[colour]=blue`, { token });
  expect(answer.each('name')).toEqual(['Pier 4']);
});
