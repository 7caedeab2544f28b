/** What a person sees at one moment. */
export interface View {
  readonly url: string;
  /** The heading of the page. */
  readonly heading: string;
  /** Visible text, white space folded. */
  readonly text: string;
  /** Words on its buttons. */
  readonly buttons: readonly string[];
}

/** One tab of a person's browser, as far as pages need one that must do without script. */
export interface Tab {
  open(url: string): Promise<void>;
  /** The page as it is now: one that goes on by itself is another a moment later. */
  look(): Promise<View>;
  /** Presses the first button with these words, having filled in its form that far. */
  press(button: string): Promise<void>;
  /** Picks the radio button whose label begins so. */
  pick(label: string): Promise<void>;
}

/** Browsers for people: each of them has one of their own, and no cookie of another. */
export interface Browsing {
  /** Said to whoever reads what the tour did. */
  readonly means: string;
  enter(): Promise<Tab>;
  close(): Promise<void>;
}
