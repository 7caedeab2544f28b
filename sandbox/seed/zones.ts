/** Procore's zone names used in the seed and the IANA zones HammerTech states for the same sites. */
export const zones = {
  Sydney: 'Australia/Sydney',
  'Pacific Time (US & Canada)': 'America/Los_Angeles',
  'Eastern Time (US & Canada)': 'America/New_York',
  London: 'Europe/London',
} as const;
export type ZoneName = keyof typeof zones;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Zones keep their offset for whole quarters of an hour. */
const quarterMs = 15 * minuteMs;

/** Asking Intl is slow: each zone's format is made once, and each quarter is asked for once. */
interface KnownZone {
  readonly format: Intl.DateTimeFormat;
  readonly offsetsMs: Map<number, number>;
}

const known = new Map<string, KnownZone>();

function knownZone(timeZone: string): KnownZone {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const zone = known.get(timeZone) ?? {
    format: new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', ...digits }),
    offsetsMs: new Map<number, number>(),
  };
  known.set(timeZone, zone);
  return zone;
}

function offsetMs(timeZone: string, atMs: number): number {
  const { format, offsetsMs } = knownZone(timeZone);
  const quarter = Math.floor(atMs / quarterMs);
  const offset = offsetsMs.get(quarter) ?? wallClockAsUtcMs(format, quarter * quarterMs) - quarter * quarterMs;
  offsetsMs.set(quarter, offset);
  return offset;
}

function wallClockAsUtcMs(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = format.formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** The instant at which the clocks of a zone show that many minutes after midnight of a day. Day as `YYYY-MM-DD`, answer in ms. */
export function instantAt(zone: string, day: string, minutesAfterMidnight: number): number {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minutesAfterMidnight * minuteMs;
  return wanted - offsetMs(zone, wanted - offsetMs(zone, wanted));
}

/** The day so many days before another. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);
}

/** The day so many days after another. */
export function dayAfter(day: string, days: number): string {
  return dayBefore(day, -days);
}
