import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Lane } from '../../shared/domain/lanes.ts';
import type { Asker, RateBudget, RateFacts } from '../../shared/procore/budget.ts';
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

const learn = (process: 0 | 1, key: string, facts: RateFacts, reservedAt = Date.now() * 1000) =>
  budgets[process].learn(key, facts, reservedAt);
const newKey = (): string => `key-${randomUUID()}`;
const spike = (limit: number, remaining: number, resetInMs = 9_000): RateFacts => {
  const seenAtMs = Date.now();
  return { seenAtMs, window: spikeAt(seenAtMs, limit, remaining, resetInMs) };
};
const spikeAt = (seenAtMs: number, limit: number, remaining: number, resetInMs: number) => ({
  name: 'spike' as const,
  limit,
  remaining,
  resetAtMs: seenAtMs + resetInMs,
});
const asking = (budgetKey: string, lane: Lane = 'answers', tenant = 'tenant', part = 'part'): Asker => ({
  budgetKey,
  lane,
  tenant,
  part,
});
/** The time of a window passes, without waiting for it. */
const letPass = (key: string, window: 'spike' | 'hour') =>
  store().admin.query(
    `UPDATE rate_window SET reset_at = clock_timestamp() - interval '1 millisecond' WHERE budget_key = $1 AND name = $2`,
    [key, window],
  );
const askMany = (key: string, times: number) =>
  Promise.all(Array.from({ length: times }, (_, turn) => budgets[turn % 2 === 0 ? 0 : 1].reserve(asking(key), Date.now())));
const grantedOf = async (key: string, times: number): Promise<number> =>
  (await askMany(key, times)).filter((answer) => answer.granted).length;

test('before anything is known ten calls go out, and the next asks again soon', async () => {
  const key = newKey();
  expect(await grantedOf(key, 40)).toBe(10);
  const nowMs = Date.now();
  const answer = await budgets[0].reserve(asking(key), nowMs);
  expect(answer).toMatchObject({ granted: false, why: 'spike' });
  expect(answer.granted || answer.waitUntilMs - nowMs).toBeLessThanOrEqual(251);
});

test('two processes together stay within the limit, use nearly all of it, and wait for the reset', async () => {
  const key = newKey();
  await budgets[0].reserve(asking(key), Date.now());
  await learn(0, key, spike(25, 24));
  const granted = await grantedOf(key, 80);
  expect(granted).toBe(23); // one was spent before, one is kept
  const nowMs = Date.now();
  const answer = await budgets[1].reserve(asking(key), nowMs);
  expect(answer).toMatchObject({ granted: false, why: 'spike' });
  const waitMs = answer.granted ? 0 : answer.waitUntilMs - nowMs;
  expect(waitMs).toBeGreaterThan(5_000);
  expect(waitMs).toBeLessThanOrEqual(9_000);
});

test('a window just opened gives ten calls, and the rest with the first answer of its own', async () => {
  const key = newKey();
  await budgets[0].reserve(asking(key), Date.now());
  await learn(0, key, spike(25, 0));
  await letPass(key, 'spike');
  expect(await grantedOf(key, 80)).toBe(10);
  const nowMs = Date.now();
  const answer = await budgets[1].reserve(asking(key), nowMs);
  expect(answer).toMatchObject({ granted: false, why: 'spike' });
  expect(answer.granted || answer.waitUntilMs - nowMs).toBeLessThanOrEqual(251);
  await learn(0, key, spike(25, 24, 10_000));
  expect(await grantedOf(key, 80)).toBe(14); // one is kept
});

test('an answer that is older than calls made since does not give them back', async () => {
  const key = newKey();
  await budgets[0].reserve(asking(key), Date.now());
  await learn(0, key, spike(100, 99));
  await askMany(key, 60);
  await learn(1, key, spike(100, 98));
  expect(await grantedOf(key, 100)).toBeLessThanOrEqual(39);
});

test('what somebody else spent is seen in the header and respected', async () => {
  const key = newKey();
  await budgets[0].reserve(asking(key), Date.now());
  await learn(0, key, spike(100, 12));
  expect(await grantedOf(key, 50)).toBe(11); // one is kept
});

test('the window of an hour holds too, also while the short one is fresh', async () => {
  const key = newKey();
  const seenAtMs = Date.now();
  await budgets[0].reserve(asking(key), seenAtMs);
  await learn(0, key, spike(100, 99));
  const resetAtMs = seenAtMs + 1_800_000;
  const hour = { name: 'hour' as const, limit: 600, remaining: 9, resetAtMs };
  await learn(0, key, { seenAtMs, window: hour });
  expect(await grantedOf(key, 30)).toBe(8); // one is kept
  const answer = await budgets[0].reserve(asking(key), seenAtMs);
  expect(answer).toMatchObject({ granted: false, why: 'hour' });
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeGreaterThan(1_700_000);
  await letPass(key, 'hour');
  expect(await grantedOf(key, 30)).toBe(30);
});

test('told to stand still, nobody calls until then; a shorter order does not undo a longer one', async () => {
  const key = newKey();
  const seenAtMs = Date.now();
  await learn(0, key, { seenAtMs, blockedUntilMs: seenAtMs + 60_000 });
  await learn(1, key, { seenAtMs, blockedUntilMs: seenAtMs + 5_000 });
  const answer = await budgets[1].reserve(asking(key), seenAtMs);
  expect(answer).toMatchObject({ granted: false, why: 'blocked' });
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeGreaterThan(50_000);
  expect(await budgets[0].reserve(asking(newKey()), seenAtMs)).toMatchObject({ granted: true });
});

test('nobody stands still longer than an hour, also where a longer block is stored already', async () => {
  const [key, seenAtMs] = [newKey(), Date.now()];
  await learn(0, key, { seenAtMs, blockedUntilMs: seenAtMs + 864_000_000 });
  const answer = await budgets[1].reserve(asking(key), seenAtMs);
  expect(answer.granted || answer.waitUntilMs - seenAtMs).toBeLessThan(3_700_000);
  await store().admin.query(`UPDATE rate_budget SET blocked_until = blocked_until + interval '1 year' WHERE budget_key = $1`, [
    key,
  ]);
  await learn(0, key, { seenAtMs, blockedUntilMs: seenAtMs + 1000 });
  const later = await budgets[1].reserve(asking(key), seenAtMs);
  expect(later.granted || later.waitUntilMs - seenAtMs).toBeLessThan(3_700_000);
});

test('a process whose clock is an hour off waits as long as the others', async () => {
  const key = newKey();
  const wrongMs = Date.now() - 3_600_000;
  await budgets[0].reserve(asking(key), wrongMs);
  await learn(0, key, { seenAtMs: wrongMs, window: spikeAt(wrongMs, 25, 1, 8_000) });
  const answer = await budgets[0].reserve(asking(key), wrongMs);
  const waitMs = answer.granted ? 0 : answer.waitUntilMs - wrongMs;
  expect(waitMs).toBeGreaterThan(5_000);
  expect(waitMs).toBeLessThanOrEqual(8_000);
});

type Event = { do: 'call'; process: 0 | 1 } | { do: 'answer'; nth: number } | { do: 'turn' };
const event = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), process: fc.constantFrom(0 as const, 1 as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), nth: fc.nat(20) }) },
  // what is under way then is answered later, with the counts of the old window
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

test('however calls, late answers and windows follow each other, the far side never counts more than its limit', async () => {
  const run = async (limit: number, events: readonly Event[]): Promise<void> => {
    const key = newKey();
    let counted = 0;
    const underWay: { readonly facts: RateFacts; readonly reservedAt: number }[] = [];
    const answer = async (nth: number): Promise<void> => {
      const [one] = underWay.splice(nth % Math.max(1, underWay.length), 1);
      if (one) await learn(nth % 2 === 0 ? 0 : 1, key, { ...one.facts, seenAtMs: Date.now() }, one.reservedAt);
    };
    for (const event of events) {
      if (event.do === 'answer') await answer(event.nth);
      else if (event.do === 'call') {
        const reservation = await budgets[event.process].reserve(asking(key), Date.now());
        if (!reservation.granted) continue;
        counted += 1;
        expect(counted).toBeLessThanOrEqual(limit);
        underWay.push({ facts: spike(limit, limit - counted), reservedAt: reservation.reservedAt });
      } else if (counted > 0) {
        await letPass(key, 'spike');
        counted = 0;
      }
    }
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom(12, 25, 100), fc.array(event, { minLength: 20, maxLength: 150 }), run), {
    numRuns: 25,
  });
});
