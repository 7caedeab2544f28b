import type { Path, Visited } from './path.ts';

/**
 * The pace of an unhurried person: reads every word of our pages, slower than the 238 words a minute of adults (Brysbaert 2019),
 * and takes as long to find and press something as on a phone between two meetings. Procore's own page is a form of address and
 * password that they have filled in before.
 */
const pace = { wordsPerMinute: 200, pressMs: 3000, signInMs: 45_000 } as const;

/** What a person does before they press or pick something, on a page that is new to them or that they return to. */
export interface Manner {
  read(page: Visited, isOurs: boolean): Promise<void>;
  press(): Promise<void>;
}

/** The default pace of the tour: nobody reads. */
export const inHaste: Manner = { read: async () => undefined, press: async () => undefined };

/** Reads every page, and presses everything, at the pace of a person. */
export const unhurried = (wait: (ms: number) => Promise<void>): Manner => ({
  read: (page, isOurs) => wait(readingMs(page, isOurs)),
  press: () => wait(pace.pressMs),
});

const readingMs = ({ words }: Visited, isOurs: boolean): number =>
  isOurs ? (words / pace.wordsPerMinute) * 60_000 : pace.signInMs;

export interface Pace {
  readonly clicks: number;
  readonly pages: number;
  /** Words on our own pages. */
  readonly words: number;
  /** The longest wait for a page. */
  readonly longestWaitMs: number;
  /** Reading, pressing, signing in and waiting together, calculated. */
  readonly ms: number;
  /** The measured time, from the first page on. */
  readonly tookMs: number;
}

/** What a person's path takes at that pace, by the pages they saw and the actual waits. */
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
