/**
 * `Retry-After` in seconds or as a date, as a moment of our own clock; `undefined` when absent or unreadable. A date is taken relative to
 * the far side's own time, where that is known.
 */
export function readRetryAfter(value: string | undefined, nowMs: number, farNowMs = nowMs): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return nowMs + Number(value) * 1000;
  const atMs = /[A-Za-z]/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : nowMs + Math.max(0, atMs - farNowMs);
}
