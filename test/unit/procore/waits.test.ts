import { afterEach, describe, expect, test } from '@jest/globals';
import type { RateBudget, RateFacts } from '../../../shared/procore/budget.ts';
import type { CallRecord } from '../../../shared/procore/client.ts';
import { answerJson, type FarSide, startFarSide } from '../../support/far-side.ts';
import { aRead, aWrite, clientOf, companyId, fakeClock, faultOf } from './fixture.ts';

let farSide: FarSide;
afterEach(() => farSide?.close());

const timings = { httpDeadlineMs: 2000, inlineWaitMs: 20_000 };

/** A budget without numbers: it grants, and remembers what it was taught. */
function openBudget(): RateBudget & { readonly learned: RateFacts[]; reservations: number } {
  const learned: RateFacts[] = [];
  const budget = {
    learned,
    reservations: 0,
    reserve: async () => {
      budget.reservations += 1;
      return { granted: true as const, reservedAt: budget.reservations };
    },
    learn: async (_key: string, facts: RateFacts) => void learned.push(facts),
  };
  return budget;
}

describe.each([429, 503])('a %i with Retry-After', (status) => {
  test('is sat out by a read, with a sign of life every second', async () => {
    farSide = await startFarSide((response, _request, count) =>
      count === 1 ? answerJson(response, status, '{}', { 'retry-after': '5' }) : answerJson(response, 200, '{"id":1}'),
    );
    const clock = fakeClock();
    const startedMs = clock.nowMs();
    const told: [number, string][] = [];
    const client = clientOf(farSide.origin, { clock, budget: openBudget(), onWait: (untilMs, why) => told.push([untilMs, why]) });
    expect((await client.call(aRead)).status).toBe(200);
    expect(clock.nowMs() - startedMs).toBe(5000);
    expect(told).toHaveLength(5);
    expect(told.every(([untilMs, why]) => untilMs === startedMs + 5000 && why.length > 10)).toBe(true);
  });

  test('is thrown to a read when it is longer than an inline wait, with the moment to come back', async () => {
    farSide = await startFarSide((response) => answerJson(response, status, '{}', { 'retry-after': '21' }));
    const clock = fakeClock();
    const fault = await faultOf(clientOf(farSide.origin, { clock, budget: openBudget(), timings }).call(aRead));
    expect(fault.detail.waitUntilMs).toBe(clock.nowMs() + 21_000);
    expect(fault.handling).toBe('retry');
    expect(clock.waits).toEqual([]);
  });

  test('is thrown to a write at once', async () => {
    farSide = await startFarSide((response) => answerJson(response, status, '{}', { 'retry-after': '1' }));
    const clock = fakeClock();
    const fault = await faultOf(clientOf(farSide.origin, { clock, budget: openBudget() }).call(aWrite));
    expect(fault.detail).toMatchObject({
      waitUntilMs: clock.nowMs() + 1000,
      effect: status === 429 ? 'surely-not-done' : 'unknown',
    });
    expect(farSide.received).toHaveLength(1);
  });
});

test('several waits of one read are added up', async () => {
  farSide = await startFarSide((response) => answerJson(response, 503, '{}', { 'retry-after': '8' }));
  const clock = fakeClock();
  const fault = await faultOf(clientOf(farSide.origin, { clock, budget: openBudget(), timings }).call(aRead));
  expect(fault.kind).toBe('vendor-unavailable');
  expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(16_000);
  expect(farSide.received).toHaveLength(3);
});

test('a 503 that states no wait is not repeated here', async () => {
  farSide = await startFarSide((response) => answerJson(response, 503, '{}'));
  expect((await faultOf(clientOf(farSide.origin, { budget: openBudget() }).call(aRead))).kind).toBe('vendor-unavailable');
  expect(farSide.received).toHaveLength(1);
});

test('a reset in the past does not make a busy loop', async () => {
  farSide = await startFarSide((response) => answerJson(response, 429, '{}', { 'retry-after': '0' }));
  const clock = fakeClock();
  await faultOf(
    clientOf(farSide.origin, { clock, budget: openBudget(), timings: { ...timings, inlineWaitMs: 1000 } }).call(aRead),
  );
  expect(farSide.received.length).toBeLessThanOrEqual(5);
});

test('a wait ends at once when the activity is cancelled', async () => {
  farSide = await startFarSide((response) => answerJson(response, 429, '{}', { 'retry-after': '15' }));
  const stop = new AbortController();
  const reason = new Error('stop asked for');
  const work = clientOf(farSide.origin, { signal: stop.signal, budget: openBudget(), onWait: () => stop.abort(reason) }).call(
    aRead,
  );
  await expect(work).rejects.toBe(reason);
});

test('the budget is asked before every call and taught after every answer, refusals included', async () => {
  const headers = {
    'x-rate-limit-limit': '25',
    'x-rate-limit-remaining': '24',
    'x-rate-limit-reset': `${Math.floor(Date.now() / 1000) + 9}`,
  };
  farSide = await startFarSide((response, _request, count) => answerJson(response, count === 1 ? 422 : 200, '{"id":1}', headers));
  const budget = openBudget();
  const client = clientOf(farSide.origin, { budget });
  await faultOf(client.call(aWrite));
  await client.call(aRead);
  expect(budget.reservations).toBe(2);
  expect(budget.learned.map((facts) => facts.window?.remaining)).toEqual([24, 24]);
});

test('an exhausted budget holds a read back and refuses a write, without a call, and says for which lane', async () => {
  farSide = await startFarSide((response) => answerJson(response, 200, '{"id":1}'));
  const clock = fakeClock();
  const openAtMs = clock.nowMs() + 4000;
  const budget: RateBudget = {
    reserve: async (_key, nowMs) =>
      nowMs >= openAtMs
        ? { granted: true, reservedAt: 0 }
        : { granted: false, waitUntilMs: openAtMs, why: 'hour', goesOn: ['answers', 'webhooks'] },
    learn: async () => {},
  };
  const told: string[] = [];
  const client = clientOf(farSide.origin, { clock, budget, onWait: (_untilMs, why) => told.push(why) });
  const seen = 'Procore’s hourly limit has nothing left for regular comparisons; answers and reported changes go on.';
  expect((await faultOf(client.call(aWrite))).detail).toMatchObject({ waitUntilMs: openAtMs, effect: 'surely-not-done', seen });
  expect(farSide.received).toHaveLength(0);
  await client.call(aRead);
  expect(told[0]).toContain(seen);
  expect(clock.nowMs()).toBe(openAtMs);
  expect(farSide.received).toHaveLength(1);
});

test('a budget that cannot be stored does not turn an answered write into an unknown one', async () => {
  const headers = {
    'x-rate-limit-limit': '25',
    'x-rate-limit-remaining': '24',
    'x-rate-limit-reset': `${Math.floor(Date.now() / 1000) + 9}`,
  };
  farSide = await startFarSide((response) => answerJson(response, 201, '{"id":1}', headers));
  const budget: RateBudget = {
    reserve: async () => ({ granted: true, reservedAt: 0 }),
    learn: async () => Promise.reject(new Error('no database')),
  };
  expect((await clientOf(farSide.origin, { budget }).call(aWrite)).status).toBe(201);
});

test('every attempt leaves one line that names neither query, body nor address', async () => {
  farSide = await startFarSide((response, _request, count) =>
    count === 1
      ? answerJson(response, 429, '{}', { 'retry-after': '1' })
      : answerJson(response, 200, '{"id":1}', { 'x-request-id': 'r-2' }),
  );
  const lines: CallRecord[] = [];
  const client = clientOf(farSide.origin, { clock: fakeClock(), budget: openBudget(), log: (line) => lines.push(line) });
  await client.call({ ...aRead, query: { 'filters[search]': 'Olga' } });
  expect(lines.map(({ status, outcome, requestId }) => [status, outcome, requestId])).toEqual([
    [429, 'rate-limited', null],
    [200, 'ok', 'r-2'],
  ]);
  expect(lines[0]).toMatchObject({ operationId: 'readSomething', method: 'GET', companyId });
  expect(JSON.stringify(lines)).not.toContain('Olga');
});
