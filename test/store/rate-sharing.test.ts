import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lanes } from '../../shared/domain/lanes.ts';
import type { Asker, RateBudget, RateFacts, Reservation } from '../../shared/procore/budget.ts';
import { createRateBudget } from '../../shared/store/rate-budget.ts';
import type { StorePool } from '../../shared/store/tenancy.ts';
import { closePool, createPool } from '../../shared/store/tenancy.ts';
import { farLimits } from '../support/far-limits.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import { holdRateClock } from '../support/rate-clock.ts';
import { useTestStore } from '../support/store.ts';

const store = useTestStore();
const startMs = Date.UTC(2026, 2, 2, 10, 0, 0);
let clock: Awaited<ReturnType<typeof holdRateClock>>;
let otherPool: StorePool | undefined;
let processes: readonly [RateBudget, RateBudget];

beforeAll(async () => {
  clock = await holdRateClock(store().admin);
  otherPool = createPool(store().database.serveUrl);
  processes = [createRateBudget(store().pool), createRateBudget(otherPool)];
});
afterAll(() => otherPool && closePool(otherPool));

const newKey = (): string => `key-${randomUUID()}`;

const asks = fc.record({
  kind: fc.constant('ask' as const),
  process: fc.constantFrom(0 as const, 1 as const),
  lane: fc.constantFrom(...lanes),
  tenant: fc.constantFrom('t1', 't2', 't3'),
  part: fc.constantFrom('p1', 'p2'),
});
/** Now and then much of an hour passes. */
const passing = fc.oneof(
  { weight: 6, arbitrary: fc.nat(900) },
  { weight: 6, arbitrary: fc.nat(12_000) },
  { weight: 1, arbitrary: fc.nat(2_000_000) },
);
const events = fc.oneof(
  { weight: 14, arbitrary: asks },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), nth: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: passing }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('block' as const), ms: fc.nat(20_000) }) },
);

test('the shared budget answers as the one of one process does, whatever happens in whatever order', async () => {
  const run = async (
    spike: number,
    hourly: number,
    given: readonly (typeof events extends fc.Arbitrary<infer E> ? E : never)[],
  ) => {
    const budgetKey = newKey();
    const far = farLimits({ spike, hour: hourly });
    const memory = createMemoryBudget();
    const underWay: { readonly facts: (seenAtMs: number) => RateFacts; readonly reservedAtMs: number }[] = [];
    let nowMs = startMs;
    await clock.set(nowMs);
    const learn = async (facts: RateFacts, reservedAtMs: number): Promise<void> => {
      await memory.learn(budgetKey, facts, reservedAtMs);
      await processes[0].learn(budgetKey, facts, reservedAtMs * 1000);
    };
    for (const event of given) {
      if (event.kind === 'pass') {
        nowMs += event.ms;
        await clock.set(nowMs);
      } else if (event.kind === 'block') await learn({ seenAtMs: nowMs, blockedUntilMs: nowMs + event.ms }, nowMs);
      else if (event.kind === 'answer') {
        const [call] = underWay.splice(event.nth % Math.max(1, underWay.length), 1);
        if (call) await learn(call.facts(nowMs), call.reservedAtMs);
      } else {
        const { process, lane, tenant, part } = event;
        const asker = { budgetKey, lane, tenant, part };
        const expected = await memory.reserve(asker, nowMs);
        expectSame(await processes[process].reserve(asker, nowMs), expected);
        if (expected.granted) underWay.push({ facts: far.count(nowMs).facts, reservedAtMs: nowMs });
      }
    }
  };
  const limits = fc.integer({ min: 1, max: 120 });
  await fc.assert(
    fc.asyncProperty(limits, fc.integer({ min: 1, max: 300 }), fc.array(events, { minLength: 30, maxLength: 150 }), run),
    {
      numRuns: 25,
    },
  );
});

/** Both reckon in fractions; they may round a moment differently by one millisecond. */
function expectSame(seen: Reservation, expected: Reservation): void {
  expect(seen.granted).toBe(expected.granted);
  if (seen.granted || expected.granted) return;
  expect({ ...seen, waitUntilMs: 0 }).toEqual({ ...expected, waitUntilMs: 0 });
  expect(Math.abs(seen.waitUntilMs - expected.waitUntilMs)).toBeLessThanOrEqual(1);
}

test('two processes that ask at once leave to a lane above what is its own', async () => {
  const budgetKey = newKey();
  await clock.set(startMs);
  const askMany = (lane: Asker['lane'], times: number) =>
    Promise.all(
      Array.from({ length: times }, (_, turn) =>
        processes[turn % 2 === 0 ? 0 : 1].reserve({ budgetKey, lane, tenant: 't', part: 'p' }, startMs),
      ),
    );
  const granted = async (lane: Asker['lane'], times: number) => (await askMany(lane, times)).filter((one) => one.granted).length;
  await granted('answers', 1);
  const window = {
    name: 'spike' as const,
    limit: 100,
    remaining: 100,
    resetAtMs: startMs + 10_000,
    resetSecond: startMs / 1000 + 10,
  };
  await processes[0].learn(budgetKey, { seenAtMs: startMs, window }, startMs * 1000);
  expect(await granted('backfill', 90)).toBe(48); // one was spent before, one is spare, fifty are kept back
  expect(await granted('polling', 90)).toBe(20);
  expect(await granted('answers', 90)).toBe(30);
});

test('what a process that died had reserved comes back with the next window, and its place in the queue lapses', async () => {
  const budgetKey = newKey();
  const reserveAll = async (lane: Asker['lane'], atMs: number): Promise<number> => {
    await clock.set(atMs);
    for (let granted = 0; ; granted += 1) {
      const answer = await processes[0].reserve({ budgetKey, lane, tenant: 't', part: lane }, atMs);
      if (!answer.granted) return granted;
    }
  };
  expect(await reserveAll('answers', startMs)).toBe(10);
  const resetAtMs = startMs + 10_000;
  const window = { name: 'spike' as const, limit: 100, remaining: 99, resetAtMs };
  await processes[0].learn(budgetKey, { seenAtMs: startMs, window }, startMs * 1000);
  expect(await reserveAll('answers', startMs)).toBe(89);
  // whoever had all of them never comes back: one call is left to it, for two seconds
  expect(await reserveAll('backfill', resetAtMs + 1)).toBe(9);
  expect(await reserveAll('backfill', resetAtMs + 2100)).toBe(1);
});

test('what a sharer had an hour ago is forgotten', async () => {
  const budgetKey = newKey();
  for (const [tenant, atMs] of [
    ['old', startMs],
    ['new', startMs + 3_700_000],
  ] as const) {
    await clock.set(atMs);
    await processes[0].reserve({ budgetKey, lane: 'polling', tenant, part: 'p' }, atMs);
  }
  const left = await store().admin.query('SELECT tenant_hash FROM rate_sharer WHERE budget_key = $1', [budgetKey]);
  expect(left.rows).toEqual([{ tenant_hash: 'new' }]);
});

test('a budget that nobody asked for a month is deleted with all its rows, and no other', async () => {
  const [old, used, fresh] = [newKey(), newKey(), newKey()];
  const asker = (budgetKey: string): Asker => ({ budgetKey, lane: 'answers', tenant: 't', part: 'p' });
  const day = 86_400_000;
  await clock.set(startMs - 40 * day);
  for (const key of [old, used]) await processes[0].reserve(asker(key), 0);
  await clock.set(startMs - 20 * day);
  await processes[0].reserve(asker(used), 0);
  await clock.set(startMs);
  await processes[0].reserve(asker(fresh), 0);
  for (const table of ['rate_budget', 'rate_window', 'rate_sharer']) {
    const left = await store().admin.query(`SELECT budget_key FROM ${table} WHERE budget_key = ANY ($1)`, [[old, used, fresh]]);
    expect(left.rows.map((row) => row.budget_key).sort()).toEqual([used, fresh].sort());
  }
});
