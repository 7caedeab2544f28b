import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newestTurn, phaseOf } from '../../shared/domain/turns.ts';

const hourMs = 3_600_000;
const everyMs = 24 * hourMs;
const midnightMs = Date.UTC(2026, 10, 12);

test('a hundred links have their turns all over the day, each at its own time', () => {
  const hours = Array.from({ length: 24 }, () => 0);
  for (let link = 0; link < 100; link += 1) {
    const turnMs = newestTurn(phaseOf(randomUUID()), { nowMs: midnightMs + everyMs - 1, everyMs });
    const hour = Math.floor((turnMs - midnightMs) / hourMs);
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  // by chance four to an hour; fifteen happen once in ten thousand such runs
  expect(Math.max(...hours)).toBeLessThan(20);
  expect(hours.filter((count) => count > 0).length).toBeGreaterThan(15);
});

test('a turn comes once in the time, always at the same moment of it', () => {
  const phase = phaseOf(randomUUID());
  const turns = Array.from({ length: 72 }, (_, hour) => newestTurn(phase, { nowMs: midnightMs + hour * hourMs, everyMs }));
  const days = [...new Set(turns)];
  expect(days.length).toBeGreaterThanOrEqual(3);
  expect(days.length).toBeLessThanOrEqual(4);
  expect(days.slice(1).map((turnMs, day) => turnMs - (days[day] ?? 0))).toEqual(days.slice(1).map(() => everyMs));
});

test('the phase of an id is its own, from the beginning to the end of the time', () => {
  expect(phaseOf('00000000-0000-4000-8000-000000000000')).toBe(0);
  expect(phaseOf('80000000-0000-4000-8000-000000000000')).toBe(0.5);
  expect(phaseOf('ffffffff-ffff-4fff-bfff-ffffffffffff')).toBeLessThan(1);
});
