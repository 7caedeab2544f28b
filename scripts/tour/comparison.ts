/** How the two sides of a stream agree. */
export interface Comparison {
  readonly source: number;
  readonly target: number;
  /** Expected, but absent, or present with other values. */
  readonly missing: number;
  /** Present, but not expected so. */
  readonly extra: number;
  /** Expected in a place where there is nothing at all. */
  readonly lost: number;
  /** More copies than expected. */
  readonly doubled: number;
  readonly examples: readonly string[];
}

export const agree = ({ missing, extra, lost, doubled }: Comparison): boolean => missing + extra + lost + doubled === 0;

/** A record as either side describes it: its place, and all that it says. Two records that say the same count as two. */
export interface Told {
  readonly place: string;
  readonly says: string;
}

const examplesShown = 5;

/** Compares as multisets: neither side names the other's records. */
export function compareTold(expected: readonly Told[], there: readonly Told[]): Comparison {
  const [wantedOf, foundOf] = [counted(expected, textOf), counted(there, textOf)];
  const [wantedAt, foundAt] = [counted(expected, placeOf), counted(there, placeOf)];
  const short = [...wantedOf].filter(([text, wanted]) => wanted > (foundOf.get(text) ?? 0));
  const surplus = [...foundOf].filter(([text, found]) => found > (wantedOf.get(text) ?? 0));
  return {
    source: expected.length,
    target: there.length,
    missing: excess(wantedOf, foundOf),
    extra: excess(foundOf, wantedOf),
    lost: excess(wantedAt, foundAt),
    doubled: excess(new Map([...foundOf].filter(([text]) => wantedOf.has(text))), wantedOf),
    examples: [...short.map(([text]) => `not there: ${text}`), ...surplus.map(([text]) => `not expected so: ${text}`)].slice(
      0,
      examplesShown,
    ),
  };
}

const placeOf = ({ place }: Told): string => place;
const textOf = ({ place, says }: Told): string => `${place}: ${says}`;

function counted(told: readonly Told[], by: (one: Told) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of told) counts.set(by(one), (counts.get(by(one)) ?? 0) + 1);
  return counts;
}

const excess = (left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number =>
  [...left].reduce((sum, [key, count]) => sum + Math.max(0, count - (right.get(key) ?? 0)), 0);
