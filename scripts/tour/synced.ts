import { agree, type Comparison } from './comparison.ts';

/** By stream. */
export type Comparisons = Readonly<Record<string, Comparison>>;

/**
 * Compares the sides of every stream until all of it is right, or until nothing has changed for a while. Changes are passed to
 * `say`.
 */
export async function untilSynced(
  look: () => Promise<Comparisons>,
  patienceMs: number,
  say: (line: string) => void,
): Promise<Comparisons> {
  let [moved, counted, told] = [Date.now(), '', ''];
  for (;;) {
    const seen = await look();
    // arrivals with wrong values count as changes too
    const counts = JSON.stringify(Object.values(seen).map(({ target, missing, extra }) => [target, missing, extra]));
    if (counts !== counted) [moved, counted] = [Date.now(), counts];
    const line = inShort(seen);
    if (line !== told) say(`  ${line}`);
    told = line;
    if (Object.values(seen).every(agree) || Date.now() - moved > patienceMs / 2) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** `manpower 120 of 252 · vendors 30 of 30`; counts what is there and right. */
const inShort = (seen: Comparisons): string =>
  Object.entries(seen)
    .map(([name, { source, missing }]) => `${name} ${source - missing} of ${source}`)
    .join(' · ');
