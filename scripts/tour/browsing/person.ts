import { until } from '../http.ts';
import type { Tab, View } from './tab.ts';

/** A page at which a person had something to read and to do. */
export interface Visited {
  readonly origin: string;
  readonly heading: string;
  readonly words: number;
  /** Between what the person did before and this page. */
  readonly waitedMs: number;
}

/** Somebody at their browser, who reads a page until it offers what they look for, and does it. */
export interface Person {
  readonly name: string;
  open(url: string): Promise<void>;
  /** Waits until the page has such a button or, where none is left to press, such a heading. */
  reach(wanted: RegExp): Promise<View>;
  /** The same, and presses it. */
  press(wanted: RegExp): Promise<void>;
  pick(label: string): Promise<void>;
  /** What it took them so far. */
  readonly path: { readonly clicks: number; readonly visited: readonly Visited[] };
}

/** `name`: as Procore's sign-in page has it. */
export function personAt(tab: Tab, name: string, patienceMs: number): Person {
  const visited: Visited[] = [];
  let clicks = 0;
  let leftMs = Date.now();
  let reached: { readonly view: View; readonly wanted: RegExp } | undefined;

  async function reach(wanted: RegExp): Promise<View> {
    if (reached && buttonOf(reached.view, wanted) !== undefined) return reached.view;
    let last: View | undefined;
    const view = await until(`${name}: a page with ${wanted}`, patienceMs, async () => {
      last = await tab.look();
      return wanted.test(last.heading) || buttonOf(last, wanted) !== undefined ? last : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${name} is stuck at ${last?.text.slice(0, 400) ?? 'no page'}`, { cause: error });
    });
    visited.push({
      origin: new URL(view.url).origin,
      heading: view.heading,
      words: view.text.split(' ').length,
      waitedMs: Date.now() - leftMs,
    });
    reached = { view, wanted };
    return view;
  }

  const leave = (): void => {
    clicks += 1;
    leftMs = Date.now();
  };

  return {
    name,
    async open(url) {
      leave();
      reached = undefined;
      await tab.open(url);
    },
    reach,
    async press(wanted) {
      const view = await reach(wanted);
      const button = buttonOf(view, wanted);
      if (button === undefined) throw new Error(`${name}: "${view.heading}" has no button ${wanted}`);
      leave();
      reached = undefined;
      await tab.press(button);
    },
    async pick(label) {
      clicks += 1;
      await tab.pick(label);
    },
    get path() {
      return { clicks, visited };
    },
  };
}

const buttonOf = ({ buttons }: View, wanted: RegExp): string | undefined => buttons.find((words) => wanted.test(words));
