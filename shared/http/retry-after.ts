/** The longest wait believed: none of our far sides uses longer windows; two seconds of slack for whole-second headers. */
const longestMs = 3_602_000;

/**
 * `Retry-After` in seconds or as a date, converted to our own clock; `undefined` if absent or unreadable. A date is taken
 * relative to the far side's own time, if known. A wait beyond an hour is not believed and read as an hour.
 */
export function readRetryAfter(value: string | undefined, nowMs: number, farNowMs = nowMs): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return nowMs + Math.min(longestMs, Number(value) * 1000);
  const atMs = /[A-Za-z]/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : nowMs + Math.min(longestMs, Math.max(0, atMs - farNowMs));
}
