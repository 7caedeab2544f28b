type Direction = 'left-to-right' | 'right-to-left';

const rightToLeftLetter = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** The direction of a word's first letter; null: it has none. */
function directionOf(word: string): Direction | null {
  const letter = /\p{L}/u.exec(word)?.[0];
  if (letter === undefined) return null;
  return rightToLeftLetter.test(letter) ? 'right-to-left' : 'left-to-right';
}

export const runsBothWays = (text: string): boolean => rightToLeftLetter.test(text);

/**
 * The words of one line in visual order, from left to right: Unicode's rules for bidirectional text (UAX 9), by whole words; the
 * font orders letters inside a word. A word without letters takes its neighbours' direction, a number that of the words before
 * it. Each word is set with its following blank, which is on the left of a right-to-left word; so a left-to-right word after one
 * gets a blank of its own.
 */
export function lineAsSeen(words: readonly string[], base: Direction): string {
  const own = words.map(directionOf);
  const before = (at: number): Direction => own.slice(0, at).findLast((one) => one !== null) ?? base;
  const after = (at: number): Direction => own.slice(at + 1).find((one) => one !== null) ?? base;
  const placed = words.map((word, at) => {
    const goesOn = /\p{N}/u.test(word) || before(at) === after(at);
    const direction = own[at] ?? (goesOn ? before(at) : base);
    if (direction === 'right-to-left') return { word, level: 1 };
    return { word, level: base === 'right-to-left' ? 2 : 0 };
  });
  const seen = turned(turned(placed, 2), 1).map(({ word }) => word);
  const isTurned = (word = ''): boolean => directionOf(word) === 'right-to-left';
  return seen.map((word, at) => (isTurned(seen[at - 1]) && !isTurned(word) ? `${unbreakableBlank}${word}` : word)).join(' ');
}

const unbreakableBlank = '\u00a0';

interface Placed {
  readonly word: string;
  readonly level: number;
}

/** Reverses each run of words of that level or above. */
function turned(row: readonly Placed[], level: number): readonly Placed[] {
  const seen: Placed[] = [];
  let run: Placed[] = [];
  for (const one of row) {
    if (one.level >= level) run = [one, ...run];
    else {
      seen.push(...run, one);
      run = [];
    }
  }
  return [...seen, ...run];
}

/** The direction of its first letter; left to right without any. */
export const baseOf = (text: string): Direction => directionOf(text) ?? 'left-to-right';
