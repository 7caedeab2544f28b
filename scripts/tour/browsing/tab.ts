/** What a person sees at one moment. */
export interface View {
  readonly url: string;
  /** The heading of the page. */
  readonly heading: string;
  /** Visible text, whitespace collapsed. */
  readonly text: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

/** One tab of a person's browser, as far as pages that work without script need one. */
export interface Tab {
  open(url: string): Promise<void>;
  /** The page as it is now; a page that updates by itself may differ a moment later. */
  look(): Promise<View>;
  /** Presses the first button with this label, after filling in its form with what was picked. */
  press(button: string): Promise<void>;
  /** Picks the radio button whose label begins with this. */
  pick(label: string): Promise<void>;
}

/** Browsers for people: each person has their own, with no cookie of another. */
export interface Browsing {
  /** Shown to whoever reads the tour's output. */
  readonly means: string;
  enter(): Promise<Tab>;
  close(): Promise<void>;
}
