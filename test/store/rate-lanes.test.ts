import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { type Lane, lanes } from '../../shared/domain/lanes.ts';
import type { Asker, RateBudget, RateFacts, Reservation } from '../../shared/procore/budget.ts';
import { createRateBudget } from '../../shared/store/rate-budget.ts';
import { farLimits } from '../support/far-limits.ts';
import { createMemoryBudget } from '../support/memory-budget.ts';
import { holdRateClock } from '../support/rate-clock.ts';
import { useTestStore } from '../support/store.ts';

/**
 * Who comes first where calls are scarce: scenes that are the same at every run, so that each rule of the lanes is broken by one of them.
 * Each is played on the database's functions and on the budget of one process, which has to answer the same.
 */
const store = useTestStore();
const startMs = Date.UTC(2026, 2, 2, 10, 0, 0);
let clock: Awaited<ReturnType<typeof holdRateClock>>;

beforeAll(async () => {
  clock = await holdRateClock(store().admin);
});

interface Scene {
  ask(who: Pick<Asker, 'lane' | 'part'>, nowMs: number): Promise<Reservation>;
  learn(facts: RateFacts, reservedAtMs: number): Promise<void>;
}

function newScene(): Scene {
  const budgetKey = `key-${randomUUID()}`;
  const [shared, single]: readonly RateBudget[] = [createRateBudget(store().pool), createMemoryBudget()];
  if (!shared || !single) throw new Error('both stand');
  return {
    async ask(who, nowMs) {
      await clock.set(nowMs);
      const asker = { budgetKey, tenant: 't', ...who };
      const expected = await single.reserve(asker, nowMs);
      const seen = await shared.reserve(asker, nowMs);
      const at = `${who.lane} ${who.part} at ${nowMs - startMs} ms`;
      expect({ at, granted: seen.granted }).toEqual({ at, granted: expected.granted });
      if (seen.granted || expected.granted) return seen;
      expect({ at, ...seen, waitUntilMs: 0 }).toEqual({ at, ...expected, waitUntilMs: 0 });
      expect(Math.abs(seen.waitUntilMs - expected.waitUntilMs)).toBeLessThanOrEqual(1);
      return seen;
    },
    async learn(facts, reservedAtMs) {
      await single.learn(budgetKey, facts, reservedAtMs);
      await shared.learn(budgetKey, facts, reservedAtMs * 1000);
    },
  };
}

test.each([1, 2, 3])(
  'of %i calls of a window the most urgent lanes that wait get one each, whoever asks first',
  async (limit) => {
    const scene = newScene();
    const resetAtMs = startMs + 10_000;
    const ask = (lane: Lane, nowMs: number) => scene.ask({ lane, part: lane }, nowMs);
    await ask('answers', startMs);
    await scene.learn({ seenAtMs: startMs, window: { name: 'spike', limit, remaining: 0, resetAtMs } }, startMs);
    for (const lane of lanes) expect(await ask(lane, resetAtMs - 200)).toMatchObject({ granted: false });
    const granted: Lane[] = [];
    for (const lane of lanes.toReversed()) if ((await ask(lane, resetAtMs)).granted) granted.unshift(lane);
    expect(granted).toEqual(lanes.slice(0, limit));
  },
);

const stepMs = 1000;
const spike = 25;
const hands = [
  ...[1, 2, 3, 4, 5, 6].map((nth) => ({ lane: 'answers' as const, part: `person-${nth}` })),
  { lane: 'backfill' as const, part: 'bulk' },
];

/** Calls of each lane in a minute in which answers could use all that there are, and bulk as well: each asks once, in turn, again and again. */
async function crowdedMinute(): Promise<Readonly<Record<(typeof hands)[number]['lane'], number>>> {
  const scene = newScene();
  const far = farLimits({ spike, hour: 3600 });
  const calls = { answers: 0, backfill: 0 };
  for (let nowMs = startMs; nowMs < startMs + 60_000; nowMs += stepMs) {
    for (let before = -1; before !== calls.answers + calls.backfill; ) {
      before = calls.answers + calls.backfill;
      for (const hand of hands) {
        if (!(await scene.ask(hand, nowMs)).granted) continue;
        calls[hand.lane] += 1;
        await scene.learn(far.count(nowMs).facts(nowMs), nowMs);
      }
    }
  }
  return calls;
}

test('however many wait for answers, a lane below gets one call in twenty, of what is kept back from it too', async () => {
  const { answers, backfill } = await crowdedMinute();
  const all = answers + backfill;
  expect(all).toBeGreaterThan(4 * spike);
  expect(Math.abs(backfill - all / 20)).toBeLessThanOrEqual(2);
});
