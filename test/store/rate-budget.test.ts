import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RateBudget, RateFacts } from '../../shared/procore/budget.ts';
import { createRateBudget } from '../../shared/store/rate-budget.ts';
import type { StorePool } from '../../shared/store/tenancy.ts';
import { closePool, createPool } from '../../shared/store/tenancy.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
let otherPool: StorePool | undefined;
let budgets: readonly [RateBudget, RateBudget];

beforeAll(() => {
  otherPool = createPool(store().database.serveUrl);
  budgets = [createRateBudget(store().pool), createRateBudget(otherPool)];
});
afterAll(() => otherPool && closePool(otherPool));

const newKey = (): string => `key-${randomUUID()}`;
const spike = (limit: number, remaining: number, resetInMs = 9_000): RateFacts => {
  const seenAtMs = Date.now();
  return { seenAtMs, window: { name: 'spike', limit, remaining, resetAtMs: seenAtMs + resetInMs } };
};
/** The time of a window passes, without waiting for it. */
const letPass = (key: string, window: 'spike' | 'hour') =>
  store().admin.query(
    `UPDATE rate_budget SET ${window}_reset_at = clock_timestamp() - interval '1 millisecond' WHERE budget_key = $1`,
    [key],
  );
const askMany = (key: string, times: number) =>
  Promise.all(Array.from({ length: times }, (_, turn) => budgets[turn % 2 === 0 ? 0 : 1].reserve(key, Date.now())));
const grantedOf = async (key: string, times: number): Promise<number> =>
  (await askMany(key, times)).filter((answer) => answer.granted).length;

test('before anything is known ten calls go out, and the next asks again soon', async () => {
  const key = newKey();
  expect(await grantedOf(key, 40)).toBe(10);
  const nowMs = Date.now();
  const answer = await budgets[0].reserve(key, nowMs);
  expect(answer).toMatchObject({ granted: false, why: 'spike' });
  expect(answer.granted || answer.waitUntilMs - nowMs).toBeLessThanOrEqual(250);
});

test('two processes together stay within the limit, use nearly all of it, and wait for the reset', async () => {
  const key = newKey();
  await budgets[0].reserve(key, Date.now());
  await budgets[0].learn(key, spike(25, 24));
  const granted = await grantedOf(key, 80);
  expect(granted).toBe(23); // one was spent before, one is kept
  const nowMs = Date.now();
  const answer = await budgets[1].reserve(key, nowMs);
  expect(answer).toMatchObject({ granted: false, why: 'spike' });
  const waitMs = answer.granted ? 0 : answer.waitUntilMs - nowMs;
  expect(waitMs).toBeGreaterThan(5_000);
  expect(waitMs).toBeLessThanOrEqual(9_000);
  await letPass(key, 'spike');
  expect(await grantedOf(key, 80)).toBe(24);
});

test('an answer that is older than calls made since does not give them back', async () => {
  const key = newKey();
  await budgets[0].reserve(key, Date.now());
  await budgets[0].learn(key, spike(100, 99));
  await askMany(key, 60);
  await budgets[1].learn(key, spike(100, 98));
  expect(await grantedOf(key, 100)).toBeLessThanOrEqual(39);
});

test('what somebody else spent is seen in the header and respected', async () => {
  const key = newKey();
  await budgets[0].reserve(key, Date.now());
  await budgets[0].learn(key, spike(100, 12));
  expect(await grantedOf(key, 50)).toBe(10); // two are kept
});

test('the window of an hour holds too, also while the short one is fresh', async () => {
  const key = newKey();
  const seenAtMs = Date.now();
  await budgets[0].reserve(key, seenAtMs);
  await budgets[0].learn(key, spike(100, 99));
  await budgets[0].learn(key, { seenAtMs, window: { name: 'hour', limit: 600, remaining: 9, resetAtMs: seenAtMs + 1_800_000 } });
  expect(await grantedOf(key, 30)).toBe(3); // six are kept
  const answer = await budgets[0].reserve(key, seenAtMs);
  expect(answer).toMatchObject({ granted: false, why: 'hour' });
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeGreaterThan(1_700_000);
  await letPass(key, 'hour');
  expect(await grantedOf(key, 30)).toBe(30);
});

test('told to stand still, nobody calls until then; a shorter order does not undo a longer one', async () => {
  const key = newKey();
  const seenAtMs = Date.now();
  await budgets[0].learn(key, { seenAtMs, blockedUntilMs: seenAtMs + 60_000 });
  await budgets[1].learn(key, { seenAtMs, blockedUntilMs: seenAtMs + 5_000 });
  const answer = await budgets[1].reserve(key, seenAtMs);
  expect(answer).toMatchObject({ granted: false, why: 'blocked' });
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeGreaterThan(50_000);
  expect(await budgets[0].reserve(newKey(), seenAtMs)).toEqual({ granted: true });
});

test('nobody stands still longer than an hour, also where a longer block is stored already', async () => {
  const [key, seenAtMs] = [newKey(), Date.now()];
  await budgets[0].learn(key, { seenAtMs, blockedUntilMs: seenAtMs + 864_000_000 });
  const answer = await budgets[1].reserve(key, seenAtMs);
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeLessThan(3_700_000);
  await store().admin.query(`UPDATE rate_budget SET blocked_until = blocked_until + interval '1 year' WHERE budget_key = $1`, [
    key,
  ]);
  await budgets[0].learn(key, { seenAtMs, blockedUntilMs: seenAtMs + 1000 });
  const later = await budgets[1].reserve(key, seenAtMs);
  expect(later.granted || later.waitUntilMs - seenAtMs).toBeLessThan(3_700_000);
});

test('a process whose clock is an hour off waits as long as the others', async () => {
  const key = newKey();
  const wrongMs = Date.now() - 3_600_000;
  await budgets[0].learn(key, {
    seenAtMs: wrongMs,
    window: { name: 'spike', limit: 25, remaining: 1, resetAtMs: wrongMs + 8_000 },
  });
  const answer = await budgets[0].reserve(key, wrongMs);
  const waitMs = answer.granted ? 0 : answer.waitUntilMs - wrongMs;
  expect(waitMs).toBeGreaterThan(5_000);
  expect(waitMs).toBeLessThanOrEqual(8_000);
});

type Event = { do: 'call'; process: 0 | 1 } | { do: 'answer'; nth: number } | { do: 'turn' };
const event = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), process: fc.constantFrom(0 as const, 1 as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

test('however calls, late answers and windows follow each other, the far side never counts more than its limit', async () => {
  const run = async (limit: number, events: readonly Event[]): Promise<void> => {
    const key = newKey();
    let counted = 0;
    let underWay: RateFacts[] = [];
    const answer = async (nth: number): Promise<void> => {
      const [facts] = underWay.splice(nth % Math.max(1, underWay.length), 1);
      if (facts) await budgets[nth % 2 === 0 ? 0 : 1].learn(key, { ...facts, seenAtMs: Date.now() });
    };
    for (const event of events) {
      if (event.do === 'answer') await answer(event.nth);
      else if (event.do === 'call') {
        const { granted } = await budgets[event.process].reserve(key, Date.now());
        if (!granted) continue;
        counted += 1;
        expect(counted).toBeLessThanOrEqual(limit);
        underWay.push(spike(limit, limit - counted));
      } else if (counted > 0) {
        while (underWay.length > 0) await answer(0);
        underWay = [];
        await letPass(key, 'spike');
        counted = 0;
      }
    }
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom(12, 25, 100), fc.array(event, { minLength: 20, maxLength: 150 }), run), {
    numRuns: 25,
  });
});
