import type { Path, Visited } from './path.ts';

/**
 * How fast a person goes whom nobody hurries: every word of our pages is read, slower than the 238 words a minute of adults (Brysbaert 2019),
 * and finding and pressing something takes as long as it does on a phone between two meetings. Procore's own page is a form of address and
 * password that they have filled in before.
 */
const pace = { wordsPerMinute: 200, pressMs: 3000, signInMs: 45_000 } as const;

/** What a person does before they press or pick something on a page that they see for the first time, or have been at before. */
export interface Manner {
  read(page: Visited, isOurs: boolean): Promise<void>;
  press(): Promise<void>;
}

/** The tour as it is otherwise: nobody reads. */
export const inHaste: Manner = { read: async () => undefined, press: async () => undefined };

/** Every page is read, and everything pressed, at the pace of a person. */
export const unhurried = (wait: (ms: number) => Promise<void>): Manner => ({
  read: (page, isOurs) => wait(readingMs(page, isOurs)),
  press: () => wait(pace.pressMs),
});

const readingMs = ({ words }: Visited, isOurs: boolean): number =>
  isOurs ? (words / pace.wordsPerMinute) * 60_000 : pace.signInMs;

export interface Pace {
  readonly clicks: number;
  readonly pages: number;
  /** Of our own. */
  readonly words: number;
  /** The longest that a page made them wait. */
  readonly longestWaitMs: number;
  /** Reading, pressing, signing in and waiting together, reckoned. */
  readonly ms: number;
  /** What it took in truth, from the first page on. */
  readonly tookMs: number;
}

/** What a person's way takes at that pace, by the pages they saw and the waits there were. */
export function paceOf({ clicks, visited, tookMs }: Path): Pace {
  const ours = visited[0]?.origin;
  const isOurs = ({ origin }: Visited): boolean => origin === ours;
  const words = visited.filter(isOurs).reduce((sum, page) => sum + page.words, 0);
  const readMs = visited.reduce((sum, page) => sum + readingMs(page, isOurs(page)), 0);
  const waits = visited.map(({ waitedMs }) => waitedMs);
  const waitedMs = waits.reduce((sum, wait) => sum + wait, 0);
  const longestWaitMs = Math.max(0, ...waits);
  return { clicks, pages: visited.length, words, longestWaitMs, ms: readMs + clicks * pace.pressMs + waitedMs, tookMs };
}

export const paceInWords = ({ clicks, pages, words, longestWaitMs, ms, tookMs }: Pace, manner: Manner): string => {
  const at = `${pace.wordsPerMinute} words a minute, ${pace.pressMs / 1000} s a click and ${pace.signInMs / 1000} s to sign in to Procore`;
  const time = manner === inHaste ? `${minutes(ms)} reckoned at ${at}` : `${minutes(tookMs)} by the clock, driven at ${at}`;
  return `${clicks} clicks on ${pages} pages, ${words} words; ${time}; no wait longer than ${(longestWaitMs / 1000).toFixed(1)} s`;
};

const minutes = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')} min`;
