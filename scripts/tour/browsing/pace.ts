import type { Person } from './person.ts';

/**
 * How fast a person goes whom nobody hurries: every word of our pages is read, slower than the 238 words a minute of adults (Brysbaert 2019),
 * and finding and pressing something takes as long as it does on a phone between two meetings. Procore's own page is a form of address and
 * password that they have filled in before.
 */
const pace = { wordsPerMinute: 200, pressMs: 3000, signInMs: 45_000 } as const;

export interface Pace {
  readonly clicks: number;
  readonly pages: number;
  /** Of our own. */
  readonly words: number;
  /** The longest that a page made them wait. */
  readonly longestWaitMs: number;
  /** Reading, pressing, signing in and waiting together. */
  readonly ms: number;
}

/** What a person's way takes at that pace, by the pages they saw and the waits there were. */
export function paceOf({ path: { clicks, visited } }: Person): Pace {
  const ours = visited[0]?.origin;
  const words = visited.reduce((sum, page) => sum + (page.origin === ours ? page.words : 0), 0);
  const signInsMs = visited.filter(({ origin }) => origin !== ours).length * pace.signInMs;
  const waits = visited.map(({ waitedMs }) => waitedMs);
  const waitedMs = waits.reduce((sum, wait) => sum + wait, 0);
  const ms = (words / pace.wordsPerMinute) * 60_000 + clicks * pace.pressMs + signInsMs + waitedMs;
  return { clicks, pages: visited.length, words, longestWaitMs: Math.max(0, ...waits), ms };
}

export const paceInWords = ({ clicks, pages, words, longestWaitMs, ms }: Pace): string => {
  const minutes = `${Math.floor(ms / 60_000)}:${String(Math.round((ms % 60_000) / 1000)).padStart(2, '0')} min`;
  const at = `${pace.wordsPerMinute} words a minute, ${pace.pressMs / 1000} s a click and ${pace.signInMs / 1000} s to sign in to Procore`;
  return `${clicks} clicks on ${pages} pages, ${words} words; ${minutes} at ${at}, no wait longer than ${(longestWaitMs / 1000).toFixed(1)} s`;
};
