import type { Journal } from './journal.ts';
import type { Day, Instant } from './model.ts';
import { createTable } from './table.ts';

/** The sandbox's own time: the machine's, moved forward as often as asked. Tokens, windows and "today" follow it. */
export interface Clock {
  nowMs(): number;
  /** Now, in Procore's whole seconds. */
  instant(): Instant;
  /** Moves the clock forward and returns the new time. Milliseconds; never negative. */
  advance(byMs: number): number;
  /** Back to the machine's time. */
  reset(): void;
}

/** The machine's time is a parameter so that a test can freeze it. */
export function createClock(journal: Journal, machineMs: () => number = Date.now): Clock {
  const offset = createTable<{ name: 'offset'; ms: number }>(journal, 'clock', (row) => row.name);
  const nowMs = (): number => machineMs() + (offset.get('offset')?.ms ?? 0);
  return {
    nowMs,
    instant: () => instantOf(nowMs()),
    advance(byMs) {
      if (!Number.isFinite(byMs) || byMs < 0) throw new RangeError('the clock moves forward only');
      offset.put({ name: 'offset', ms: (offset.get('offset')?.ms ?? 0) + byMs });
      return nowMs();
    },
    reset: () => void offset.delete('offset'),
  };
}

export function instantOf(ms: number): Instant {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Creating a format is slow, so it is done once per zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a zone. IANA name; milliseconds since 1970. */
export function dayIn(zone: string, ms: number): Day {
  // en-CA is the locale whose numeric form is year-month-day.
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, format);
  return format.format(ms);
}
