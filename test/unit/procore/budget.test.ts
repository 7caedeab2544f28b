import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Lane, lanes, laneTable } from '../../../shared/domain/lanes.ts';
import type { RateBudget, RateFacts } from '../../../shared/procore/budget.ts';
import { readRateFacts } from '../../../shared/procore/rate-facts.ts';
import { farLimits } from '../../support/far-limits.ts';
import { createMemoryBudget } from '../../support/memory-budget.ts';
import { askerOf } from './fixture.ts';

const nowMs = Date.UTC(2026, 2, 2, 10, 0, 0);
const rate = (limit: number, remaining: number, inSeconds: number, atMs = nowMs): RateFacts =>
  readRateFacts(
    200,
    {
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(remaining),
      'x-rate-limit-reset': String(Math.floor(atMs / 1000) + inSeconds),
    },
    atMs,
  );
/** Of a call that was granted at that moment. */
const learn = (budget: RateBudget, facts: RateFacts, reservedAtMs = facts.seenAtMs) => budget.learn('k', facts, reservedAtMs);
const ask = (budget: RateBudget, lane: Lane, atMs: number) => budget.reserve(askerOf('k', lane), atMs);
/** Calls that go out at one moment before the first is refused. */
async function grantedOf(budget: RateBudget, lane: Lane, atMs: number): Promise<number> {
  for (let granted = 0; ; granted += 1) if (!(await ask(budget, lane, atMs)).granted) return granted;
}

describe('one budget', () => {
  test('grants before anything is known, a few', async () => {
    expect(await grantedOf(createMemoryBudget(), 'backfill', nowMs)).toBe(10);
  });

  test('stands still in all its lanes until a stated moment; others do not', async () => {
    const budget = createMemoryBudget();
    await learn(budget, readRateFacts(429, { 'retry-after': '60' }, nowMs));
    for (const lane of lanes) {
      const refused = { granted: false, waitUntilMs: nowMs + 60_000, why: 'blocked', goesOn: [] };
      expect(await ask(budget, lane, nowMs + 59_999)).toEqual(refused);
    }
    expect(await ask(budget, 'backfill', nowMs + 60_000)).toMatchObject({ granted: true });
    expect(await budget.reserve(askerOf('other'), nowMs)).toMatchObject({ granted: true });
  });

  test('waits for the window that opens last', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(25, 0, 9));
    await learn(budget, rate(600, 0, 1800));
    expect(await ask(budget, 'answers', nowMs)).toMatchObject({ why: 'hour', waitUntilMs: nowMs + 1_800_001 });
  });

  test('believes the lower count of a window, and nothing of a call granted before it was open', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(25, 0, 9));
    await learn(budget, rate(25, 5, 9));
    expect((await ask(budget, 'answers', nowMs)).granted).toBe(false);
    const nextMs = nowMs + 9_001;
    await ask(budget, 'answers', nextMs);
    await learn(budget, rate(25, 20, 10, nextMs));
    await learn(budget, rate(25, 0, 1, nextMs), nowMs + 8_999);
    expect(await grantedOf(budget, 'answers', nextMs)).toBe(19);
  });

  test('ends a window within its length of the first answer, however the header was rounded', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(25, 0, 12));
    expect(await ask(budget, 'answers', nowMs)).toMatchObject({ waitUntilMs: nowMs + 10_001 });
  });

  test('gives ten calls of a window just opened, and the rest with the first answer of its own', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(100, 0, 9));
    const nextMs = nowMs + 9_001;
    expect(await grantedOf(budget, 'answers', nextMs)).toBe(10);
    expect(await ask(budget, 'answers', nextMs)).toMatchObject({ waitUntilMs: nextMs + 251 });
    await learn(budget, rate(100, 99, 10, nextMs));
    expect(await grantedOf(budget, 'answers', nextMs)).toBe(89);
  });

  test('knows an hour by its limit in its last seconds, when its header looks like a short window', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(100, 90, 9));
    await learn(budget, rate(3600, 80, 60));
    const atMs = nowMs + 51_000;
    await ask(budget, 'answers', atMs);
    await learn(budget, rate(3600, 50, 9, atMs));
    expect(await grantedOf(budget, 'polling', atMs)).toBeGreaterThan(40);
  });

  test('counts, of an hour heard of for the first time, the calls that are still under way', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(100, 0, 9));
    const nextMs = nowMs + 9_001;
    expect(await grantedOf(budget, 'answers', nextMs)).toBe(10);
    await learn(budget, rate(3600, 50, 1800, nextMs)); // the first of the ten
    expect(await grantedOf(budget, 'answers', nextMs)).toBe(40); // one is spare
  });

  test('takes a limit that was lowered, or raised, from the next answer on', async () => {
    const budget = createMemoryBudget();
    await learn(budget, rate(100, 60, 9));
    await learn(budget, rate(40, 20, 9));
    expect(await grantedOf(budget, 'answers', nowMs)).toBe(0);
    await learn(budget, rate(90, 45, 9));
    expect(await grantedOf(budget, 'answers', nowMs)).toBe(44);
  });
});

describe('lanes', () => {
  const fresh = async (limit: number, left: number, inSeconds: number): Promise<RateBudget> => {
    const budget = createMemoryBudget();
    await learn(budget, rate(limit, left, inSeconds));
    return budget;
  };

  test.each([
    ['backfill', 49],
    ['polling', 69],
    ['webhooks', 79],
    ['onboarding', 89],
    ['answers', 99],
  ] as const)('%s takes %i of a hundred at once and leaves the rest to those above', async (lane, calls) => {
    const budget = await fresh(100, 100, 10);
    expect(await grantedOf(budget, lane, nowMs)).toBe(calls);
    expect(await grantedOf(budget, 'answers', nowMs)).toBe(99 - calls);
  });

  test('say when there is more for one, and which go on', async () => {
    const budget = await fresh(600, 300, 3600);
    const refused = await ask(budget, 'backfill', nowMs);
    const goesOn = ['answers', 'onboarding', 'webhooks', 'polling'];
    expect(refused).toMatchObject({ granted: false, why: 'hour', goesOn });
    const waitUntilMs = refused.granted ? 0 : refused.waitUntilMs;
    expect(waitUntilMs - nowMs).toBeGreaterThan(11_000); // 299 of 300 are kept 12 s later
    expect(waitUntilMs - nowMs).toBeLessThan(13_000);
    expect((await ask(budget, 'backfill', waitUntilMs - 50)).granted).toBe(false);
    expect((await ask(budget, 'backfill', waitUntilMs)).granted).toBe(true);
  });

  test('keep nothing back in the end: a lane alone uses all but one call of the window', async () => {
    const budget = await fresh(100, 100, 10);
    let calls = 0;
    for (let atMs = nowMs; atMs < nowMs + 10_000; ) {
      const answer = await ask(budget, 'backfill', atMs);
      if (answer.granted) calls += 1;
      else atMs = answer.waitUntilMs;
    }
    expect(calls).toBe(99);
  });

  test('whoever is due in a lane above comes first', async () => {
    const budget = await fresh(100, 0, 5);
    const askers = ['one', 'two'].map((part) => ({ ...askerOf('k', 'answers'), part }));
    for (const asker of askers) await budget.reserve(asker, nowMs);
    await ask(budget, 'backfill', nowMs);
    const nextMs = nowMs + 5_001;
    expect(await grantedOf(budget, 'backfill', nextMs)).toBe(8);
    for (const asker of askers) expect((await budget.reserve(asker, nextMs)).granted).toBe(true);
  });

  interface Event {
    readonly lane: Lane;
    readonly waitMs: number;
    readonly answers: boolean;
  }
  const event = fc.record({ lane: fc.constantFrom(...lanes), waitMs: fc.nat(400), answers: fc.boolean() });
  const spikes = fc.integer({ min: 10, max: 150 });
  const hours = fc.oneof(fc.constant(1_000_000), fc.integer({ min: 10, max: 700 }));
  test('never exceed a limit that was told, whatever is under way, and tell the truth about each other', async () => {
    const run = async (spike: number, hour: number, events: readonly Event[]): Promise<void> => {
      const far = farLimits({ spike, hour });
      const budget = createMemoryBudget();
      const underWay: { readonly facts: (seenAtMs: number) => RateFacts; readonly reservedAtMs: number }[] = [];
      let atMs = nowMs;
      let exceeded = 0;
      for (const { lane, waitMs, answers } of events) {
        atMs += waitMs;
        const answer = await ask(budget, lane, atMs);
        if (answer.granted) {
          const counted = far.count(atMs);
          exceeded += Number(counted.exceeded);
          underWay.push({ facts: counted.facts, reservedAtMs: atMs });
        } else {
          expect(answer.waitUntilMs).toBeGreaterThan(atMs);
          const [above] = answer.goesOn;
          if (above) expect(await ask(budget, above, atMs)).toMatchObject({ granted: true });
        }
        if (answers || underWay.length > 8)
          for (const { facts, reservedAtMs } of underWay.splice(0)) await learn(budget, facts(atMs + 20), reservedAtMs);
      }
      // an hour that nobody knew to be used up costs a few refusals
      expect(exceeded).toBeLessThanOrEqual(hour === 1_000_000 ? 0 : 10);
    };
    await fc.assert(fc.asyncProperty(spikes, hours, fc.array(event, { maxLength: 300 }), run));
  });

  const below = fc.constantFrom(...lanes.slice(1));
  const gaps = fc.array(fc.nat(300), { maxLength: 200 });
  test('find at any time what those below keep back, whatever those ask for', async () => {
    const run = async (limit: number, lane: Lane, gapsMs: readonly number[]): Promise<void> => {
      const budget = await fresh(limit, limit, 10);
      let atMs = nowMs;
      for (const gapMs of gapsMs.filter(() => atMs < nowMs + 9_000)) {
        atMs = Math.min(atMs + gapMs, nowMs + 9_000);
        await ask(budget, lane, atMs);
      }
      const kept = Math.floor((laneTable[lane].keptBack * limit * (nowMs + 10_000 - atMs)) / 10_000);
      expect(await grantedOf(budget, 'answers', atMs)).toBeGreaterThanOrEqual(kept);
    };
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 150 }), below, gaps, run));
  });

  test('none is stuck: alone, each gets a call in time, whatever the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 150 }), hours, fc.constantFrom(...lanes), async (spike, hour, lane) => {
        const far = farLimits({ spike, hour });
        const budget = createMemoryBudget();
        let atMs = nowMs;
        let calls = 0;
        for (let asks = 0; asks < 60; asks += 1) {
          const answer = await ask(budget, lane, atMs);
          if (answer.granted) {
            calls += 1;
            await learn(budget, far.count(atMs).facts(atMs + 20), atMs);
          } else atMs = answer.waitUntilMs;
        }
        expect(calls).toBeGreaterThan(15);
      }),
    );
  });
});

describe('in hours that everybody crowds', () => {
  const hourMs = 3_600_000;
  /** Forty loops poll as fast as they may, one backfills, and a person asks for something every 20 s, from before any limit is known. */
  async function crowded(forMs: number) {
    const budget = createMemoryBudget();
    const far = farLimits({ spike: 100, hour: 3600 });
    const loops = Array.from({ length: 40 }, (_, turn) => ({
      lane: 'polling' as Lane,
      part: `loop ${turn}`,
      atMs: nowMs + turn,
    }));
    const backfill = { lane: 'backfill' as Lane, part: 'backfill', atMs: nowMs + 500 };
    const person = { lane: 'answers' as Lane, part: 'person', atMs: nowMs + 1000 };
    const askers = [...loops, backfill, person];
    const calls = { backfill: 0, polling: 0, refused: 0 };
    const answersMs: number[] = [];
    let bornMs = person.atMs;
    for (;;) {
      const next = askers.reduce((first, one) => (one.atMs < first.atMs ? one : first));
      const { lane, part, atMs } = next;
      if (atMs > nowMs + forMs) return { ...calls, answersMs };
      const answer = await budget.reserve({ budgetKey: 'k', lane, tenant: 't', part }, atMs);
      next.atMs = answer.granted ? atMs + 100 : answer.waitUntilMs;
      if (!answer.granted) continue;
      const counted = far.count(atMs);
      calls.refused += Number(counted.exceeded);
      await learn(budget, counted.facts(atMs + 30), atMs);
      if (lane === 'backfill' || lane === 'polling') calls[lane] += 1;
      if (next !== person) continue;
      answersMs.push(atMs - bornMs);
      bornMs += 20_000;
      next.atMs = Math.max(bornMs, atMs);
    }
  }

  test('a person waits for nobody, but for the minutes in which the hour comes to light', async () => {
    const { answersMs, refused } = await crowded(3 * hourMs);
    expect(answersMs.filter((waitMs) => waitMs > 1000).length).toBeLessThan(10);
    expect(Math.max(...answersMs)).toBeLessThan(180_000);
    expect(answersMs.length).toBeGreaterThan(520);
    expect(refused).toBeLessThan(5);
  });

  test('the last lane still gets about one call in twenty', async () => {
    const { backfill, polling } = await crowded(hourMs);
    expect(backfill / (backfill + polling)).toBeGreaterThan(0.03);
    expect(backfill / (backfill + polling)).toBeLessThan(0.1);
  });
});

describe('sharers of one lane', () => {
  /** Everyone asks again as soon as they may; answers how many calls each had. */
  async function play(askers: readonly { readonly tenant: string; readonly part: string; readonly calls: number }[]) {
    const budget = createMemoryBudget();
    const far = farLimits({ spike: 100, hour: 3600 });
    const had = new Map<string, number>();
    const waiting = askers.flatMap(({ tenant, part, calls }) =>
      Array.from({ length: calls }, (_, turn) => ({ tenant, part, atMs: nowMs + turn * 7 })),
    );
    for (;;) {
      const next = waiting.reduce((first, one) => (one.atMs < first.atMs ? one : first));
      if (next.atMs > nowMs + 60_000) return had;
      const { tenant, part } = next;
      const answer = await budget.reserve({ budgetKey: 'k', lane: 'polling', tenant, part }, next.atMs);
      if (answer.granted) {
        await learn(budget, far.count(next.atMs).facts(next.atMs + 30), next.atMs);
        had.set(`${tenant} ${part}`, (had.get(`${tenant} ${part}`) ?? 0) + 1);
      }
      next.atMs = answer.granted ? next.atMs + 40 : answer.waitUntilMs;
    }
  }
  const spread = (counts: readonly number[]): number => Math.max(...counts) / Math.min(...counts);

  test('come equally far, also where one asks ten times as much', async () => {
    const had = await play([
      { tenant: 'heavy', part: 'p', calls: 40 },
      ...['a', 'b', 'c', 'd'].map((tenant) => ({ tenant, part: 'p', calls: 4 })),
    ]);
    const total = [...had.values()].reduce((sum, calls) => sum + calls, 0);
    expect(total).toBeGreaterThan(0.95 * 600);
    expect(spread([...had.values()])).toBeLessThan(1.15);
  });

  test('are tenants first: the many projects of one count as one, and are equal among themselves', async () => {
    const had = await play([
      ...['p', 'q', 'r', 's'].map((part, index) => ({ tenant: 'large', part, calls: index === 0 ? 20 : 4 })),
      { tenant: 'small', part: 'p', calls: 8 },
    ]);
    const large = ['p', 'q', 'r', 's'].map((part) => had.get(`large ${part}`) ?? 0);
    const ofLarge = large.reduce((sum, calls) => sum + calls, 0);
    expect(spread([ofLarge, had.get('small p') ?? 0])).toBeLessThan(1.15);
    expect(spread(large)).toBeLessThan(1.25);
  });

  test('take what nobody else wants', async () => {
    const had = await play([
      { tenant: 'heavy', part: 'p', calls: 40 },
      { tenant: 'quiet', part: 'p', calls: 0 },
    ]);
    expect(had.get('heavy p')).toBeGreaterThan(0.95 * 600);
  });
});
