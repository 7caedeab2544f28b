/** A page at which a person had something to read and to do. */
export interface Visited {
  readonly origin: string;
  readonly heading: string;
  readonly words: number;
  /** Between what the person did before and this page. */
  readonly waitedMs: number;
}

/** What a person's way took them so far. */
export interface Path {
  readonly clicks: number;
  readonly visited: readonly Visited[];
  /** From the first page that they asked for to the last that they reached. */
  readonly tookMs: number;
}
