/** Calendar days as `YYYY-MM-DD`, always in a named IANA zone: a site's day begins at its own midnight. */
export type LocalDate = string;

/** Every zone keeps its offset, and so its day, for whole quarters of an hour (true since 1972). */
const quarterMs = 900_000;
const quartersKept = 20_000;

interface Zone {
  readonly day: Intl.DateTimeFormat;
  readonly clock: Intl.DateTimeFormat;
  /** Days by quarter of an hour since the epoch: Intl takes a hundred times as long, and a cycle needs thousands. */
  readonly days: Map<number, LocalDate>;
}

const zones = new Map<string, Zone>();

/** The calendar day of a moment in a zone, with the zone's own clock changes. */
export function localDateOf(epochMs: number, zone: string): LocalDate {
  const { day, days } = zoneCalled(zone);
  const quarter = Math.floor(epochMs / quarterMs);
  const known = days.get(quarter);
  if (known !== undefined) return known;
  const date = day.format(epochMs);
  if (days.size >= quartersKept) days.clear();
  days.set(quarter, date);
  return date;
}

function zoneCalled(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    // the Swedish date format is that of ISO 8601
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: name, year: 'numeric', month: '2-digit', day: '2-digit' });
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: name, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    zone = { day, clock, days: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

/** The moment a local day begins in a zone, in epoch milliseconds; if midnight is skipped, the first moment of that day. */
export function startOfDay(date: LocalDate, zone: string): number {
  const utcQuarter = Date.parse(`${date}T00:00:00Z`) / quarterMs;
  // zones lie within 14 h of UTC, and no clock change exceeds a few hours
  let [before, from] = [utcQuarter - 15 * 4, utcQuarter + 15 * 4];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (localDateOf(middle * quarterMs, zone) < date) before = middle;
    else from = middle;
  }
  return from * quarterMs;
}

const hourMs = 3_600_000;

/** Whether this is an IANA zone. */
export function isKnownZone(zone: string): boolean {
  try {
    zoneCalled(zone);
    return true;
  } catch {
    return false;
  }
}

/** Whether two zones keep the same days: the same clock now and half a year from now. Zones that differ only in name agree. */
export function zonesAgree(left: string, right: string, nowMs: number): boolean {
  return [nowMs, nowMs + 182 * 24 * hourMs].every((ms) => wallClock(left, ms) === wallClock(right, ms));
}

const wallClock = (zone: string, ms: number): string => `${localDateOf(ms, zone)} ${zoneCalled(zone).clock.format(ms)}`;

/** What a wall clock in the zone shows at a moment: hour 0 to 23, minute 0 to 59. */
export function clockIn(zone: string, epochMs: number): { readonly hour: number; readonly minute: number } {
  const [hour = 0, minute = 0] = zoneCalled(zone).clock.format(epochMs).split(':').map(Number);
  return { hour, minute };
}

/** The day that many days later (earlier if negative); calendar arithmetic, no zone involved. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** First day of a window that reaches `days` days back from a moment; the day of that moment itself is the last. */
export const windowStart = (nowMs: number, zone: string, days: number): LocalDate => addDays(localDateOf(nowMs, zone), -days);

/** The earliest and the latest of some days; undefined for none. */
export function dateRange(dates: readonly LocalDate[]): { readonly first: LocalDate; readonly last: LocalDate } | undefined {
  const sorted = [...dates].sort();
  const first = sorted[0];
  const last = sorted.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}
