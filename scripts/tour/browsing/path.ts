/** A page on which a person had something to read and to do. */
export interface Visited {
  readonly origin: string;
  readonly heading: string;
  readonly words: number;
  /** Between the person's previous action and this page. */
  readonly waitedMs: number;
}

/** A person's path so far. */
export interface Path {
  readonly clicks: number;
  readonly visited: readonly Visited[];
  /** From the first page that they opened to the last that they reached. */
  readonly tookMs: number;
}
