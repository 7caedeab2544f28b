type Direction = 'left-to-right' | 'right-to-left';

const rightToLeftLetter = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** Where a word's first letter says that it runs; null: it has none. */
function directionOf(word: string): Direction | null {
  const letter = /\p{L}/u.exec(word)?.[0];
  if (letter === undefined) return null;
  return rightToLeftLetter.test(letter) ? 'right-to-left' : 'left-to-right';
}

export const runsBothWays = (text: string): boolean => rightToLeftLetter.test(text);

/**
 * The words of one line as they stand on paper, from left to right: Unicode's rules for text that runs both ways (UAX 9),
 * by whole words; letters inside a word are the font's to order. Without a letter a word goes with its neighbours, a number with the words
 * that it follows. Each word is set with the blank behind it, which stands on the left of one from right to left: what follows brings its own.
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

/** Each run of words of that level or above in the opposite order. */
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

/** As its first letter says; a text without any runs from left to right. */
export const baseOf = (text: string): Direction => directionOf(text) ?? 'left-to-right';
