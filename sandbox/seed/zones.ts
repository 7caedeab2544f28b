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

/** Making a format is slow, so each zone's is made once. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', ...digits });
  formats.set(timeZone, made);
  return made;
}

function wallClockAsUtcMs(zone: string, atMs: number): number {
  const parts = formatOf(zone).formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** The instant at which the clocks of a zone show that many minutes after midnight of a day. Day as `YYYY-MM-DD`, answer in ms. */
export function instantAt(zone: string, day: string, minutesAfterMidnight: number): number {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minutesAfterMidnight * minuteMs;
  const guess = wanted - (wallClockAsUtcMs(zone, wanted) - wanted);
  return guess - (wallClockAsUtcMs(zone, guess) - wanted);
}

/** The day so many days before another. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);
}

/** The day so many days after another. */
export function dayAfter(day: string, days: number): string {
  return dayBefore(day, -days);
}
