/** Chance that repeats: the same seed gives the same draws, so two fresh sandboxes hold the same records. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  /** A version 4 GUID. */
  guid(): string;
  /** So many hexadecimal characters. */
  hex(length: number): string;
}

const digits = '0123456789abcdef';

/** The mulberry32 generator: 32 bits of state, good enough for demo data and nothing else. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (length: number): string => {
    let text = '';
    for (let drawn = 0; drawn < length; drawn += 1) text += digits.charAt(Math.floor(next() * 16));
    return text;
  };
  return {
    next,
    between,
    hex,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
    chance: (probability) => next() < probability,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(between(0, 3))}${hex(3)}-${hex(12)}`,
  };
}
