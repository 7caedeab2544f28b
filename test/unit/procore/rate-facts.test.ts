import { describe, expect, test } from '@jest/globals';
import { readRetryAfter } from '../../../shared/http/retry-after.ts';
import { readRateFacts } from '../../../shared/procore/rate-facts.ts';

const nowMs = Date.UTC(2026, 2, 2, 10, 0, 0);
const rate = (limit: number, remaining: number, inSeconds: number, farNowMs = nowMs) => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(farNowMs / 1000 + inSeconds),
  date: new Date(farNowMs).toUTCString(),
});

describe('rate headers', () => {
  test('describe the short window when it ends within ten seconds', () => {
    expect(readRateFacts(200, rate(25, 24, 9), nowMs).window).toEqual({
      name: 'spike',
      limit: 25,
      remaining: 24,
      resetAtMs: nowMs + 9000,
    });
  });

  test('describe the hour when it ends later', () => {
    expect(readRateFacts(200, rate(600, 3, 1800), nowMs).window).toMatchObject({ name: 'hour', resetAtMs: nowMs + 1_800_000 });
  });

  test.each([-86_400_000, -90_000, 0, 90_000, 86_400_000])(
    'are read by Procore’s own clock, which is %i ms off ours',
    (offMs) => {
      const facts = readRateFacts(429, rate(600, 0, 1800, nowMs + offMs), nowMs);
      expect(facts.blockedUntilMs).toBe(nowMs + 1_800_000);
    },
  );

  test('that name a reset beyond an hour are taken for the short window', () => {
    expect(readRateFacts(200, rate(25, 0, 9_000_000), nowMs).window).toMatchObject({ name: 'spike', resetAtMs: nowMs + 10_000 });
  });

  test.each([{}, { 'x-rate-limit-limit': 'many' }, { ...rate(1, 1, 1), 'x-rate-limit-reset': '-5' }, rate(0, 0, 9)])(
    'that cannot be read teach nothing: %j',
    (headers) => {
      expect(readRateFacts(200, headers, nowMs)).toEqual({ seenAtMs: nowMs, window: undefined, blockedUntilMs: undefined });
    },
  );
});

describe('a stated wait', () => {
  test('of a 429 is the later of Retry-After and the reset', () => {
    expect(readRateFacts(429, { ...rate(25, 0, 9), 'retry-after': '4' }, nowMs).blockedUntilMs).toBe(nowMs + 9000);
    expect(readRateFacts(429, { ...rate(25, 0, 9), 'retry-after': '40' }, nowMs).blockedUntilMs).toBe(nowMs + 40_000);
  });

  test.each([429, 503])('beyond an hour is not believed, of a %i neither in seconds nor as a date', (status) => {
    for (const value of ['86400000', 'Sat, 01 Jan 2101 00:00:00 GMT']) {
      const { blockedUntilMs } = readRateFacts(status, { 'retry-after': value }, nowMs);
      expect(blockedUntilMs).toBeLessThanOrEqual(nowMs + 3_602_000);
    }
  });

  test('of a 429 that says nothing is the short window', () => {
    expect(readRateFacts(429, {}, nowMs).blockedUntilMs).toBe(nowMs + 10_000);
  });

  test('of a 503 is only what it says', () => {
    expect(readRateFacts(503, rate(25, 20, 9), nowMs).blockedUntilMs).toBeUndefined();
    expect(readRateFacts(503, { 'retry-after': '60' }, nowMs).blockedUntilMs).toBe(nowMs + 60_000);
  });

  test('may be a date', () => {
    expect(readRetryAfter(new Date(nowMs + 30_000).toUTCString(), nowMs)).toBe(nowMs + 30_000);
    expect(readRetryAfter(new Date(nowMs - 30_000).toUTCString(), nowMs)).toBe(nowMs);
  });

  test.each(['', 'soon', '-3', '1e9', '3.5'])('that reads %j is none', (text) => {
    expect(readRetryAfter(text, nowMs)).toBeUndefined();
  });
});
