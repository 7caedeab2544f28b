import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CallWindow, durationMs, effortOf, type TalliedRow, tallyOf, waitingMs } from '../../shared/domain/backfill.ts';
import { laneTable } from '../../shared/domain/lanes.ts';
import { survey } from '../support/contracting-world.ts';

describe('what a choice costs', () => {
  test('nothing of the past is nothing', () => {
    expect(effortOf(survey, { which: 'none' })).toEqual({ items: { rfis: 0, submittals: 0 }, procoreCalls: 0, partnerCalls: 0 });
  });

  test('the open ones: a page of each list, a call for each RFI, one for each file of a submittal that enters', () => {
    expect(effortOf(survey, { which: 'open' })).toEqual({
      items: { rfis: 1, submittals: 1 },
      procoreCalls: 1 + 1 + 1 + 2,
      partnerCalls: 2 + 2 + 2 + 3 * 2,
    });
  });

  test('since a day, that day included; drafts are listed and cost no more', () => {
    expect(effortOf(survey, { which: 'since', since: '2026-01-15' }).items).toEqual({ rfis: 1, submittals: 1 });
    expect(effortOf(survey, { which: 'since', since: '2026-01-14' })).toMatchObject({
      items: { rfis: 2, submittals: 2 },
      procoreCalls: 1 + 2 + 1 + 2,
    });
    expect(effortOf(survey, { which: 'since', since: '2026-01-16' })).toMatchObject({
      items: { rfis: 0, submittals: 0 },
      procoreCalls: 2,
    });
  });

  test('an item of which nobody knows when it changed counts for every day; a module that is off for none', () => {
    const row = { day: null, isOpen: true, isDraft: false, enters: true, files: null };
    const counted = { rfis: tallyOf([[row]], 1), submittals: null };
    expect(effortOf(counted, { which: 'since', since: '2030-01-01' })).toMatchObject({ items: { rfis: 1, submittals: 0 } });
  });

  test('few are looked at one by one before they are written, many in the partner’s list, by queues', () => {
    const calls = (items: number) => {
      const row: TalliedRow = { day: '2026-01-15', isOpen: true, isDraft: false, enters: true, files: null };
      return effortOf({ rfis: tallyOf([Array(items).fill(row)], 1), submittals: null }, { which: 'open' }).partnerCalls;
    };
    expect([calls(20), calls(21), calls(200), calls(240)]).toEqual([40, 22, 201, 240 + 1 + 2]);
  });

  test('pages are as long as Procore made the first one', () => {
    const row: TalliedRow = { day: '2026-01-15', isOpen: false, isDraft: false, enters: true, files: 0 };
    const pages = [Array(100).fill(row), Array(100).fill(row), [row]];
    const counted = { rfis: null, submittals: tallyOf(pages, 0) };
    expect(effortOf(counted, { which: 'open' }).procoreCalls).toBe(3);
  });
});

describe('how long it takes', () => {
  const hour: CallWindow = { lengthMs: 3_600_000, limit: 600, remaining: 600, resetInMs: 3_600_000 };
  const spike: CallWindow = { lengthMs: 10_000, limit: 25, remaining: 25, resetInMs: 10_000 };

  test('the calls themselves take their time, four at once, where no limit demands more', () => {
    const effort = { items: { rfis: 0, submittals: 0 }, procoreCalls: 20, partnerCalls: 28 };
    expect(durationMs(effort, [hour])).toBe((48 / 4) * 500);
    expect(durationMs({ ...effort, procoreCalls: 450 }, [hour])).toBe(1_800_000);
    expect(durationMs({ ...effort, procoreCalls: 0, partnerCalls: 0 }, [hour])).toBe(0);
  });

  test('what the lane may have at once takes no time; the rest comes free as the hour goes by', () => {
    expect(waitingMs(300, [hour])).toBe(0);
    expect(waitingMs(450, [hour])).toBe(1_800_000);
    expect(waitingMs(600, [hour])).toBe(3_600_000);
  });

  test('beyond an hour’s calls the next hours are needed; a short window that is full adds its own', () => {
    expect(waitingMs(900, [hour])).toBe(3_600_000);
    expect(waitingMs(1050, [hour])).toBe(3_600_000 + 1_800_000);
    expect(waitingMs(5000, [hour, spike])).toBeGreaterThan(waitingMs(5000, [spike]));
    expect(waitingMs(1250, [spike])).toBe(49 * 10_000 + 10_000);
  });

  test('an hour that others have used up is waited for', () => {
    expect(waitingMs(1, [{ ...hour, remaining: 0, resetInMs: 600_000 }])).toBe(600_000);
  });

  const windows = fc.record({
    lengthMs: fc.constantFrom(10_000, 3_600_000),
    limit: fc.integer({ min: 2, max: 5000 }),
    used: fc.double({ min: 0, max: 1, noNaN: true }),
    left: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });

  /** The rule of the lane, call by call: one is had once more is left than is kept back of what is to come. */
  function waited(calls: number, { lengthMs, limit, remaining, resetInMs }: CallWindow): number {
    let [at, left, resetAt] = [0, remaining, resetInMs];
    for (let made = 0; made < calls; ) {
      const kept = (laneTable.backfill.keptBack * limit * (resetAt - at)) / lengthMs;
      if (left >= 1 && left - kept >= 1 - 1e-9) {
        left -= 1;
        made += 1;
      } else if (left < 1) {
        [at, left, resetAt] = [resetAt, limit, resetAt + lengthMs];
      } else {
        const due = resetAt - ((left - 1) * lengthMs) / (laneTable.backfill.keptBack * limit);
        at = Math.min(resetAt, Math.max(due, at + 1e-6));
      }
    }
    return at;
  }

  test('it is what the lane’s rule, played call by call, takes: to a call’s worth', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 1, max: 4000 }), ({ lengthMs, limit, used, left }, calls) => {
        const window = { lengthMs, limit, remaining: Math.floor(limit * used), resetInMs: lengthMs * left };
        const callMs = lengthMs / (laneTable.backfill.keptBack * limit);
        expect(Math.abs(waitingMs(calls, [window]) - waited(calls, window))).toBeLessThanOrEqual(callMs + 1);
      }),
    );
  });
});
