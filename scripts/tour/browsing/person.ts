import { until } from '../http.ts';
import type { Manner } from './pace.ts';
import type { Path, Visited } from './path.ts';
import type { Tab, View } from './tab.ts';

/** Somebody at their browser, who looks at a page until it offers what they want, and does it. */
export interface Person {
  readonly name: string;
  open(url: string): Promise<void>;
  /** Waits until the page has such a button or, if none is left to press, such a heading. */
  reach(wanted: RegExp): Promise<View>;
  /** The same, and presses it. */
  press(wanted: RegExp): Promise<void>;
  pick(label: string): Promise<void>;
  readonly path: Path;
}

/** How somebody goes through pages, and how long they wait for one. */
export interface Going {
  readonly manner: Manner;
  readonly patienceMs: number;
}

/** `name`: as on Procore's sign-in page. `nowMs`: the wall clock. */
export function personAt(tab: Tab, name: string, { manner, patienceMs }: Going, nowMs: () => number = Date.now): Person {
  const visited: Visited[] = [];
  let clicks = 0;
  let leftMs = nowMs();
  let begunMs: number | undefined;
  let reachedMs = leftMs;
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
    reachedMs = nowMs();
    const page = {
      origin: new URL(view.url).origin,
      heading: view.heading,
      words: view.text.split(' ').length,
      waitedMs: reachedMs - leftMs,
    };
    visited.push(page);
    reached = { view, wanted };
    await manner.read(page, page.origin === visited[0]?.origin);
    return view;
  }

  async function leave(): Promise<void> {
    await manner.press();
    clicks += 1;
    leftMs = nowMs();
    reached = undefined;
  }

  return {
    name,
    async open(url) {
      begunMs ??= nowMs();
      await leave();
      await tab.open(url);
    },
    reach,
    async press(wanted) {
      const view = await reach(wanted);
      const button = buttonOf(view, wanted);
      if (button === undefined) throw new Error(`${name}: "${view.heading}" has no button ${wanted}`);
      await leave();
      await tab.press(button);
    },
    async pick(label) {
      await manner.press();
      clicks += 1;
      await tab.pick(label);
    },
    get path() {
      return { clicks, visited, tookMs: reachedMs - (begunMs ?? reachedMs) };
    },
  };
}

const buttonOf = ({ buttons }: View, wanted: RegExp): string | undefined => buttons.find((words) => wanted.test(words));
