/** Calendar days as `YYYY-MM-DD`, always of a named IANA zone: a day of a site begins at its own midnight. */
export type LocalDate = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of a moment in a zone; the zone's own changes of clock are honoured. */
export function localDateOf(epochMs: number, zone: string): LocalDate {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(epochMs).map((part) => [part.type, part.value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}`;
}

/**
 * Whether that is an IANA zone.
 *
 * @onlyTests
 */
export function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The day that many days later (earlier where negative); calendar arithmetic, no zone involved. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** First day of a window that reaches `days` days back from a moment; the day of that moment itself is the last. */
export const windowStart = (nowMs: number, zone: string, days: number): LocalDate => addDays(localDateOf(nowMs, zone), -days);

/** The earlier and the later of some days; undefined for none. */
export function dateRange(dates: readonly LocalDate[]): { readonly first: LocalDate; readonly last: LocalDate } | undefined {
  const sorted = [...dates].sort();
  const first = sorted[0];
  const last = sorted.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}
