import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalHours, hoursPerWorker, hoursWithin, manHours } from '../../shared/domain/man-hours.ts';

const seconds = fc.integer({ min: 0, max: 400 * 24 * 3600 });
const workers = fc.integer({ min: 1, max: 2000 });

/** Every worker's share is rounded by at most half a hundredth of an hour. */
const roundingSeconds = (count: number): number => count * 18;

test('workers times hours per worker is the total within half a hundredth of an hour for every worker', () => {
  fc.assert(
    fc.property(seconds, workers, (total, count) => {
      const product = Math.round(Number(manHours(count, hoursPerWorker(total, count))) * 3600);
      expect(Math.abs(product - total)).toBeLessThanOrEqual(roundingSeconds(count));
    }),
  );
});

test('hours per worker has two decimals and never shrinks when the total grows', () => {
  fc.assert(
    fc.property(seconds, seconds, workers, (total, more, count) => {
      const hours = hoursPerWorker(total, count);
      expect(hours).toMatch(/^\d+\.\d\d$/);
      expect(Number(hoursPerWorker(total + more, count))).toBeGreaterThanOrEqual(Number(hours));
    }),
  );
});

test('half a hundredth rounds up, and nobody makes no hours', () => {
  expect(hoursPerWorker(8 * 3600 + 18, 1)).toBe('8.01');
  expect(hoursPerWorker(8 * 3600 + 17, 1)).toBe('8.00');
  expect(hoursPerWorker(3600, 0)).toBe('0.00');
});

test('hours compare by value, whatever their decimals', () => {
  expect(canonicalHours('7.5')).toBe('7.50');
  expect(canonicalHours('1.005')).toBe('1.01');
  expect(canonicalHours('')).toBeUndefined();
  expect(canonicalHours('seven')).toBeUndefined();
  expect(canonicalHours(-1)).toBeUndefined();
  fc.assert(
    fc.property(seconds, workers, (total, count) => {
      const hours = hoursPerWorker(total, count);
      expect(canonicalHours(String(Number(hours)))).toBe(hours);
    }),
  );
  expect(hoursWithin('7.33', '7.3', 5)).toBe(true);
  expect(hoursWithin('7.33', '7.0', 5)).toBe(false);
  expect(hoursWithin('x', '7.0', 5)).toBe(false);
});
