/**
 * Hours as Procore's manpower log defines them: `num_hours` is per worker, and `man_hours` = workers × hours per worker (facts:
 * steps-and-calls section 3). All arithmetic is in whole seconds and whole hundredths, to avoid drift.
 */
const secondsPerHundredth = 36;

/**
 * Total seconds divided among the workers → hours per worker with two decimals, half a hundredth rounded up. `0.00` for no
 * workers.
 */
export function hoursPerWorker(totalSeconds: number, workers: number): string {
  if (workers <= 0 || totalSeconds <= 0) return '0.00';
  return inHours(Math.floor((2 * totalSeconds + secondsPerHundredth * workers) / (2 * secondsPerHundredth * workers)));
}

/** Any decimal text of hours, with the two decimals we compare by; undefined if it is not a number of hours. */
export function canonicalHours(text: string | number): string | undefined {
  const hundredths = hundredthsOf(text);
  return hundredths === undefined ? undefined : inHours(hundredths);
}

/** workers × hours per worker, as Procore computes `man_hours`. */
export function manHours(workers: number, perWorker: string): string {
  return inHours(workers * (hundredthsOf(perWorker) ?? 0));
}

/** Whether two values differ by at most `hundredths` hundredths of an hour. */
export function hoursWithin(left: string | number, right: string | number, hundredths: number): boolean {
  const [a, b] = [hundredthsOf(left), hundredthsOf(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= hundredths;
}

function hundredthsOf(text: string | number): number | undefined {
  const value = typeof text === 'number' ? text : text.trim() === '' ? Number.NaN : Number(text);
  // the nudge undoes binary rounding: 1.005 is stored a little below itself
  return Number.isFinite(value) && value >= 0 ? Math.round(value * 100 + 1e-7) : undefined;
}

const inHours = (hundredths: number): string => (hundredths / 100).toFixed(2);
